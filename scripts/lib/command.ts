import { type ParseArgsOptionsConfig, parseArgs } from "node:util";
import { BundleError } from "../../src/bundle/bundle-error.ts";
import { Refusal } from "./refusal.ts";

interface Command<Options extends ParseArgsOptionsConfig> {
  /** The text that `--help` prints. */
  help: string;
  options: Options;
  /** Whether positional arguments are allowed. */
  allowPositionals: boolean;
}

type Parsed<Options extends ParseArgsOptionsConfig> = ReturnType<
  typeof parseArgs<{ options: Options; allowPositionals: true }>
>;

/**
 * Runs a command of the command line. `--help` prints the help and starts nothing. A wrong option ends the process with code 2, a
 * refusal with code 1, each after one message without a stack trace. Other errors are bugs and keep their stack trace.
 */
export async function runCommand<const Options extends ParseArgsOptionsConfig>(
  { help, options, allowPositionals }: Command<Options>,
  main: (parsed: Parsed<Options>) => Promise<void>,
): Promise<void> {
  if (process.argv.slice(2).some((argument) => argument === "--help" || argument === "-h")) {
    process.stdout.write(help);
    return;
  }
  let parsed: Parsed<Options>;
  try {
    parsed = parseArgs({ options, allowPositionals }) as Parsed<Options>;
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    console.error(`${error.message}\n--help lists the options.`);
    process.exit(2);
  }
  try {
    await main(parsed);
  } catch (error) {
    if (!(error instanceof Refusal || error instanceof BundleError)) throw error;
    console.error(error.message);
    process.exit(1); // A failed connection may leave timers, which would keep the process alive.
  }
}
