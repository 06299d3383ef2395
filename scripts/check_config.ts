/**
 * `npm run check:config [-- FILE ...]`: checks the variables of wrangler configurations, by default of wrangler.toml. A wrong one is named and
 * the exit status is 1. wrangler.toml's build runs it before every deployment; `npm start` asks by itself, so that `wrangler dev`, of which
 * the tests start many, need not.
 */
import { RequestFailure } from "../src/errors.ts";
import { checkSwitches } from "../src/http/middleware/switches.ts";
import { checkVariables } from "../src/runtime/settings.ts";
import { runCommand } from "./lib/command.ts";

/** The reason why a configuration is wrong; undefined when its variables can be what they are. */
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

A wrong variable is named, and the exit status is 1.
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
