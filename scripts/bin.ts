#!/usr/bin/env node
/**
 * `bertweet-edge COMMAND`: the command line of the npm package. Each command is a file of its own beside this one, so that none loads what
 * another needs. scripts/build.ts builds them.
 */
import { readFile } from "node:fs/promises";

/** What each command does, by its name. */
const COMMANDS: Record<string, string> = {
  label: "label a file of tweets",
  serve: "answer over HTTP on this machine",
};

const help = `Labels tweets with a BERTweet model.

  bertweet-edge COMMAND [options]

${Object.entries(COMMANDS)
  .map(([name, what]) => `  ${name.padEnd(17)} ${what}`)
  .join("\n")}

  --version         print the version
  --help            print this; COMMAND --help explains a command
`;

const [command = "", ...args] = process.argv.slice(2);
if (Object.hasOwn(COMMANDS, command)) {
  process.argv.splice(2, 1);
  await import(new URL(`./${command}.js`, import.meta.url).href); // esbuild would bundle a path that it can read
} else if (command === "--version" || command === "-v") {
  const description = await readFile(new URL("../../package.json", import.meta.url), "utf8"); // from dist/package
  console.log(JSON.parse(description).version);
} else if (command === "--help" || command === "-h" || (command === "help" && args.length === 0)) {
  process.stdout.write(help);
} else {
  console.error(command === "" ? help : `There is no command ${command}.\n--help lists the commands.`);
  process.exitCode = 2;
}
