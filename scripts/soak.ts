/**
 * `npm run soak [-- --connections 64] [--seconds 600] [--limit-ms 2000] [--engine simd|ort] [--url URL] [--every 30]`: keeps the
 * connections busy with texts of 128 tokens, each another one, and prints a line every so many seconds. Without `--url` it starts the service in a workerd of its
 * own, where requests may wait `--limit-ms`. Exit status 1 when admitted requests took longer than that and their own cost, when
 * something failed, or when the request after the load was not answered at once. Linux only.
 */
import { runCommand } from "./lib/command.ts";
import { Refusal } from "./lib/refusal.ts";
import type { SoakTarget } from "./soak/target.ts";

const help = `Keeps connections busy with texts of 128 tokens, and prints what is admitted, refused and healthy.

  npm run soak [-- options]

  --connections N   how many requests are open at once (default 64)
  --seconds N       how long (default 600)
  --every N         a line every so many seconds (default 30)
  --limit-ms N      how long a request may wait for its turn (default 2000)
  --url URL         a running service; default: one in a workerd of its own
  --engine ENGINE   simd (default) or ort, of that one
  --help            print this

Exit status 1 when admitted requests took too long, when something failed, or when the request after the load waited. Linux only.
`;

const OPTIONS = {
  connections: { type: "string", default: "64" },
  seconds: { type: "string", default: "600" },
  "limit-ms": { type: "string", default: "2000" },
  engine: { type: "string", default: "simd" },
  url: { type: "string" },
  every: { type: "string", default: "30" },
} as const;

await runCommand({ help, options: OPTIONS, allowPositionals: false }, async ({ values: args }) => {
  const options = {
    connections: Number(args.connections),
    seconds: Number(args.seconds),
    limitMs: Number(args["limit-ms"]),
    reportEverySeconds: Number(args.every),
  };
  if (!Object.values(options).every((value) => value > 0) || (args.engine !== "simd" && args.engine !== "ort"))
    throw new Refusal("A number or the engine is none; see --help.");
  const { soak } = await import("./soak/soak.ts"); // takes seconds, which --help does not need
  const { startTarget } = await import("./soak/target.ts");

  const target: SoakTarget = args.url
    ? { url: new URL(args.url), close: async () => {} }
    : await startTarget(args.engine, options.limitMs);
  console.log(`${options.connections} connections for ${options.seconds} s, to ${target.url.origin}`);
  const wrongs = await soak(target, options, (line) => console.log(line));
  await target.close();
  for (const wrong of wrongs) console.error(wrong);
  console.log(wrongs.length === 0 ? "All was as it should be." : "Not all was as it should be.");
  if (wrongs.length > 0) process.exitCode = 1;
});
