/**
 * `npm run check:config [-- FILE ...]`: checks the variables of wrangler configurations, by default of wrangler.toml. It names a wrong one and
 * exits with status 1. wrangler.toml's build runs it before every deployment. `npm start` runs it too. `wrangler dev` does not, because
 * the tests start it often.
 */
import { RequestFailure } from "../src/errors.ts";
import { checkSwitches } from "../src/http/middleware/switches.ts";
import { checkVariables } from "../src/runtime/settings.ts";
import { runCommand } from "./lib/command.ts";

/** Why a configuration is wrong; undefined if all of its variables are valid. */
export async function wrongVariable(config: string): Promise<string | undefined> {
  const { experimental_readRawConfig } = await import("wrangler"); // takes a second
  const { vars } = experimental_readRawConfig({ config }).rawConfig;
  try {
    const env = vars as unknown as Parameters<typeof checkVariables>[0] & Parameters<typeof checkSwitches>[0];
    checkVariables(env);
    checkSwitches(env);
    return undefined;
  } catch (error) {
    if (error instanceof RequestFailure && error.failure.kind === "misconfigured") return error.failure.reason;
    throw error;
  }
}

const help = `Checks the variables of wrangler configurations.

  npm run check:config [-- FILE ...]    default: wrangler.toml

  --help            print this

If a variable is wrong, the command names it and exits with status 1.
`;

if (import.meta.main) {
  await runCommand({ help, options: {}, allowPositionals: true }, async ({ positionals }) => {
    const isDev = process.env.WRANGLER_COMMAND === "dev";
    for (const config of isDev ? [] : positionals.length > 0 ? positionals : ["wrangler.toml"]) {
      const wrong = await wrongVariable(config);
      if (wrong) {
        console.error(`${config}: ${wrong}`);
        process.exitCode = 1;
      }
    }
  });
}
