import { existsSync } from "node:fs";
import { join } from "node:path";
import { runCommand } from "./lib/command.ts";
import { checkedPort, STATE, seedLocally, serve } from "./lib/wrangler_dev.ts";
import { ROOT } from "./plan.ts";

const help = `Runs the Worker in wrangler dev, and reloads it whenever a file in src/ changes.

  npm run dev

  PORT=8790 npm run dev    listens on 127.0.0.1:8790; default: 8787

  --help            print this

The first run puts models/bertweet-mini into the local R2 bucket. If you change the model, run npm run seed.
`;

await runCommand({ help, options: {}, allowPositionals: false }, async () => {
  const port = await checkedPort("npm run dev");
  if (!existsSync(join(STATE, "v3/r2/bertweet-models"))) await seedLocally([]);
  await serve({ configs: [join(ROOT, "wrangler.toml")], port, logLevel: "log" });
});
