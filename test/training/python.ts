import { type ChildProcess, execFile, execFileSync, spawn } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { promisify } from "node:util";

const run = promisify(execFile);
const SCRIPTS = "scripts/training";
const REQUIREMENTS = `${SCRIPTS}/requirements.txt`;
const VENV = "node_modules/.cache/bertweet-training";
const INSTALLED = `${VENV}/installed-requirements.txt`;
const PYTHON = `${VENV}/bin/python`;
/** Threads that wait give their core away: on a machine that is shared, waiting in a loop takes most of the time. */
const env = { ...process.env, PYTHONPATH: SCRIPTS, OMP_WAIT_POLICY: "PASSIVE" };

/** Whether this machine has a Python that can hold the training's packages: 3.11 or later, with venv and pip. */
export function hasPython(): boolean {
  const check = "import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11))";
  try {
    execFileSync("python3", ["-c", check], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

/** Makes the environment that the scripts run in, or takes the one of an earlier test run with the same requirements. */
export async function installTraining(): Promise<void> {
  const requirements = readFileSync(REQUIREMENTS, "utf8");
  if (existsSync(INSTALLED) && readFileSync(INSTALLED, "utf8") === requirements) return;
  await run("python3", ["-m", "venv", "--clear", VENV]);
  await run(PYTHON, ["-m", "pip", "install", "--quiet", "--no-compile", "--requirement", REQUIREMENTS], {
    maxBuffer: 2 ** 24,
  });
  writeFileSync(INSTALLED, requirements);
}

/** Runs a script of scripts/training to its end; answers what it printed, progress bars included, and throws that when it fails. */
export function script(name: string, args: string[]): Promise<string> {
  return pythonFile(`${SCRIPTS}/${name}`, args);
}

/** The same for a file of another folder, which may import the packages of scripts/training. */
export async function pythonFile(file: string, args: string[]): Promise<string> {
  const { stdout, stderr } = await run(PYTHON, [file, ...args], { maxBuffer: 2 ** 24, env });
  return stdout + stderr;
}

/** Runs a script until it prints a line that matches, and kills it then; throws when it ends before. */
export async function scriptCutOff(name: string, args: string[], line: RegExp): Promise<void> {
  const child: ChildProcess = spawn(PYTHON, [`${SCRIPTS}/${name}`, ...args], {
    stdio: ["ignore", "pipe", "pipe"],
    env,
  });
  let printed = "";
  await new Promise<void>((resolve, reject) => {
    const read = (chunk: Buffer) => {
      printed += chunk;
      if (line.test(printed)) child.kill("SIGKILL");
    };
    child.stdout?.on("data", read);
    child.stderr?.on("data", read);
    child.on("error", reject);
    child.on("exit", (_, signal) => (signal === "SIGKILL" ? resolve() : reject(new Error(printed))));
  });
}

/** The interpreter that `npm run compare` is told. */
export const trainingPython = PYTHON;
