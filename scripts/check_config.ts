/**
 * `npm run check:config [-- FILE ...]`: checks the variables of wrangler configurations, by default of wrangler.toml. A wrong one is named and
 * the exit status is 1. `wrangler.toml` runs it before every `wrangler dev` and `wrangler deploy`.
 */
import { parseArgs } from "node:util";
import { experimental_readRawConfig } from "wrangler";
import { RequestFailure } from "../src/errors.ts";
import { checkVariables } from "../src/runtime/settings.ts";

/** The reason why a configuration is wrong; undefined when its variables can be what they are. */
export function wrongVariable(config: string): string | undefined {
  const { vars } = experimental_readRawConfig({ config }).rawConfig;
  try {
    checkVariables(vars as unknown as Parameters<typeof checkVariables>[0]);
    return undefined;
  } catch (error) {
    if (error instanceof RequestFailure && error.failure.kind === "misconfigured") return error.failure.reason;
    throw error;
  }
}

if (import.meta.main) {
  const { values, positionals } = parseArgs({ options: { help: { type: "boolean" } }, allowPositionals: true });
  if (values.help) {
    console.log(
      "npm run check:config [-- FILE ...]   checks the variables of wrangler.toml, or of the given configurations",
    );
    process.exit(0);
  }
  for (const config of positionals.length > 0 ? positionals : ["wrangler.toml"]) {
    const wrong = wrongVariable(config);
    if (wrong) {
      console.error(`${config}: ${wrong}`);
      process.exitCode = 1;
    }
  }
}
