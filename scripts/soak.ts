/**
 * `npm run soak [-- --connections 64] [--seconds 600] [--limit-ms 2000] [--engine simd|ort] [--url URL] [--every 30]`: keeps the
 * connections busy with different texts of 128 tokens, and prints a line every `--every` seconds. Without `--url` it starts the service in
 * its own workerd, where requests may wait `--limit-ms`. The exit status is 1 in these cases: admitted requests took longer than this limit and their
 * own cost, something failed, the isolate held more than 128 MB, or the request after the load was not answered at once. Linux only.
 */
import { runCommand } from "./lib/command.ts";
import { Refusal } from "./lib/refusal.ts";
import type { SoakTarget } from "./soak/target.ts";

const help = `Keeps connections busy with texts of 128 tokens. Prints how many requests are admitted and refused, and the health.

  npm run soak [-- options]

  --connections N   number of open requests at once (default 64)
  --seconds N       duration (default 600)
  --every N         print a line every N seconds (default 30)
  --limit-ms N      how long a request may wait for its turn (default 2000)
  --url URL         a running service; default: the command starts its own workerd
  --engine ENGINE   engine of that workerd: simd (default) or ort
  --help            print this

The exit status is 1 if admitted requests took too long, something failed, the isolate held more than 128 MB, or the request after the
load had to wait. Linux only.
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
