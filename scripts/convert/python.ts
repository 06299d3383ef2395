import { execFile, spawn } from "node:child_process";
import { join, relative } from "node:path";
import { promisify } from "node:util";
import { Refusal } from "../lib/refusal.ts";

const SCRIPTS = join(import.meta.dirname, "../training");
const REQUIREMENTS = join(SCRIPTS, "requirements.txt");
/** The oldest Python that the scripts run in. */
const OLDEST = [3, 11] as const;

/** Prints as JSON the Python's version, and which packages of a requirements file it lacks. */
const LOOK = `
import json, sys
from importlib.metadata import PackageNotFoundError, version
def lacks(name):
    try:
        version(name)
    except PackageNotFoundError:
        return True
names = [line.split("==")[0].strip() for line in open(sys.argv[1], encoding="utf-8") if line.strip()]
print(json.dumps({"version": sys.version_info[:2], "lacking": [name for name in names if lacks(name)]}))
`;

/** @param path as the user can type it */
const howToInstall = (path: string) => `  python3 -m venv .venv && .venv/bin/pip install -r ${path}
  npm run convert -- MODEL --python .venv/bin/python`;

/** What a command needs beside Node, for its help. */
export const ENVIRONMENT_HELP = `It needs Python ${OLDEST.join(".")} or later with some packages, PyTorch among them, 1.3 GB:

${howToInstall("scripts/training/requirements.txt")}
`;

/** Checks that `python` can run the scripts. @throws Refusal that says what it lacks, and how to install it */
export async function requireEnvironment(python: string): Promise<void> {
  const advice = `To install what is needed, with a Python of ${OLDEST.join(".")} or later:\n${howToInstall(relative(process.cwd(), REQUIREMENTS))}`;
  const refuse = (problem: string, cause?: unknown) => new Refusal(`${problem}\n${advice}`, { cause });
  const { stdout } = await promisify(execFile)(python, ["-c", LOOK, REQUIREMENTS]).catch((error) => {
    throw refuse(`${python} can't be run as a Python (${error.code}).`, error);
  });
  const { version, lacking } = JSON.parse(stdout) as { version: [number, number]; lacking: string[] };
  if (version[0] !== OLDEST[0] || version[1] < OLDEST[1])
    throw refuse(`${python} is Python ${version.join(".")}, which is too old.`);
  if (lacking.length > 0) throw refuse(`${python} lacks ${lacking.join(", ")}.`);
}

/** A model, as fetch_model.py found it. */
interface FoundModel {
  folder: string;
  /** For the bundle. */
  id: string;
  /** What convert.py takes the folder as. */
  option: "checkpoint" | "onnx";
  /** What the model's page states. */
  license: string | null;
  source: string;
}

/**
 * Finds a model in a folder, or downloads it from the Hub.
 *
 * @throws Refusal when that fails; Python has said why
 */
export async function fetchModel(python: string, model: string, revision: string | undefined): Promise<FoundModel> {
  const args = ["--model", model, ...(revision === undefined ? [] : ["--revision", revision])];
  const lines = (await runScript(python, "fetch_model.py", args, "pipe")).trimEnd().split("\n");
  return JSON.parse(lines.at(-1) as string) as FoundModel;
}

/**
 * Runs a script of scripts/training to its end.
 *
 * @param output where it prints; what goes into the pipe is answered
 * @throws Refusal when the script refuses; it has said why
 */
export async function runScript(
  python: string,
  name: string,
  args: string[],
  output: "inherit" | "pipe" = "inherit",
): Promise<string> {
  const child = spawn(python, [join(SCRIPTS, name), ...args], { stdio: ["ignore", output, "inherit"] });
  let printed = "";
  child.stdout?.setEncoding("utf8").on("data", (chunk: string) => {
    printed += chunk;
  });
  const [code] = await new Promise<[number | null]>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (exitCode) => resolve([exitCode]));
  });
  if (code !== 0) throw new Refusal(`${name} could not do it; it says above why.`);
  return printed;
}
