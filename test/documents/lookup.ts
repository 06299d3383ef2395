import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { promisify } from "node:util";
import { name as ownName, scripts } from "../../package.json";
import config from "../../vitest.config.ts";

const run = promisify(execFile);

/** Commands of every shell, and commands of a virtual environment that an earlier line made. */
const OF_THE_SHELL = /^(cd|curl|cut|du|echo|git|head|openssl|printf|python3|sort|\.venv\/bin\/\w+|key=\S+)$/;

/** What is wrong with a line of commands, without running it; undefined if nothing is. */
export async function wrongWithLine(line: string): Promise<string | undefined> {
  for (const simple of line.split(/\s*(?:&&|\||;)\s*/)) {
    const words = simple.split(/\s+/);
    while (/^[A-Z]+=/.test(words[0] ?? "")) words.shift();
    const wrong = await wrongWith(words);
    if (wrong !== undefined) return wrong;
  }
  return undefined;
}

/** The same of one command. */
export async function wrongWith(words: string[]): Promise<string | undefined> {
  const [program = "", first = "", ...rest] = words;
  if (program === "npm") {
    if (/^(ci|install|pack)$/.test(first)) return undefined;
    const [name = "", ...args] = first === "run" ? rest.filter((word) => word !== "--silent") : [first, ...rest];
    return wrongWithScript(name, args);
  }
  if (program === "npx") return wrongWithBinary(first, rest);
  const script = [program, first].find((word) => /\.(py|sh)$/.test(word));
  if (script !== undefined) {
    const path = script.includes("/") ? script : `scripts/training/${script}`;
    return existsSync(path) ? undefined : `there is no ${path}`;
  }
  if (program === "node") return "a README's Node may be too old for TypeScript: npm run or npx node";
  return OF_THE_SHELL.test(program) ? undefined : `nobody knows ${program}`;
}

async function wrongWithScript(name: string, args: string[]): Promise<string | undefined> {
  const line = (scripts as Record<string, string>)[name];
  if (line === undefined) return `package.json has no script ${name}`;
  const [dashes, ...ours] = args;
  if (dashes === undefined) return undefined;
  const path = /^node (scripts\/\w+\.ts)$/.exec(line)?.[1];
  if (dashes !== "--" || path === undefined) return `npm run ${name} takes no options so`;
  const { stdout: help } = await helpOf("node", path);
  const [action] = ours;
  if (name === "models" && !help.includes(` ${action} `)) return `npm run models has no action ${action}`;
  return foreignOption(ours, help);
}

/** Of the command that the package itself has: each of its commands is a script. */
async function wrongWithOwn([command, ...args]: string[]): Promise<string | undefined> {
  const script = `scripts/${command}.ts`;
  return existsSync(script) ? foreignOption(args, (await helpOf("node", script)).stdout) : `there is no ${script}`;
}

async function wrongWithBinary(name: string, args: string[]): Promise<string | undefined> {
  if (name === ownName) return wrongWithOwn(args);
  if (!existsSync(`node_modules/.bin/${name}`)) return `no package has the command ${name}`;
  if (name === "vitest") {
    const projects = (config.test?.projects ?? []) as { test: { name: string } }[];
    const asked = args[args.indexOf("--project") + 1];
    if (!projects.some((project) => project.test.name === asked)) return `vitest has no project ${asked}`;
  }
  const file = args.find((word) => /^(test|examples)\/.*\.ts$/.test(word));
  if (file !== undefined) return existsSync(file) ? undefined : `there is no ${file}`;
  if (name === "vitest") return undefined;
  return foreignOption(args, (await helpOf(name, ...args)).stdout);
}

const foreignOption = (args: string[], help: string) =>
  args
    .filter((word) => word.startsWith("--"))
    .map((option) => (new RegExp(`${option}\\b`).test(help) ? undefined : `--help has no ${option}`))
    .find((wrong) => wrong !== undefined);

const helps = new Map<string, Promise<{ stdout: string }>>();

/** A program's --help output, cached. Rejects if the program fails, for example because an action does not exist. */
function helpOf(...words: [string, ...string[]]): Promise<{ stdout: string }> {
  const key = words.join(" ");
  const [program, ...args] = words;
  const asked = helps.get(key) ?? run(program, [...args, "--help"]);
  helps.set(key, asked);
  return asked;
}
