/**
 * `npm run soak [-- --connections 64] [--seconds 600] [--limit-ms 2000] [--engine simd|ort] [--url URL] [--every 30]`: keeps the
 * connections busy with texts of 128 tokens, each another one, and prints a line every so many seconds. Without `--url` it starts the service in a workerd of its
 * own, where requests may wait `--limit-ms`. Exit status 1 when admitted requests took longer than that and their own cost, when
 * something failed, or when the request after the load was not answered at once. Linux only.
 */
import { parseArgs } from "node:util";
import { soak } from "./soak/soak.ts";
import { type SoakTarget, startTarget } from "./soak/target.ts";

const USAGE =
  "npm run soak -- [--connections 64] [--seconds 600] [--limit-ms 2000] [--engine simd|ort] [--url URL] [--every SECONDS]";

const { values: args } = parseArgs({
  options: {
    connections: { type: "string", default: "64" },
    seconds: { type: "string", default: "600" },
    "limit-ms": { type: "string", default: "2000" },
    engine: { type: "string", default: "simd" },
    url: { type: "string" },
    every: { type: "string", default: "30" },
    help: { type: "boolean" },
  },
});
if (args.help) {
  console.log(USAGE);
  process.exit(0);
}
const options = {
  connections: Number(args.connections),
  seconds: Number(args.seconds),
  limitMs: Number(args["limit-ms"]),
  reportEverySeconds: Number(args.every),
};
if (!Object.values(options).every((value) => value > 0) || (args.engine !== "simd" && args.engine !== "ort")) {
  console.error(USAGE);
  process.exit(2);
}

const target: SoakTarget = args.url
  ? { url: new URL(args.url), close: async () => {} }
  : await startTarget(args.engine, options.limitMs);
console.log(`${options.connections} connections for ${options.seconds} s, to ${target.url.origin}`);
const wrongs = await soak(target, options, (line) => console.log(line));
await target.close();
for (const wrong of wrongs) console.error(wrong);
console.log(wrongs.length === 0 ? "All was as it should be." : "Not all was as it should be.");
if (wrongs.length > 0) process.exitCode = 1;
