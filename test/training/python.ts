import { type ChildProcess, execFile, execFileSync, spawn } from "node:child_process";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { promisify } from "node:util";

const run = promisify(execFile);
const SCRIPTS = "scripts/training";
const REQUIREMENTS = `${SCRIPTS}/requirements.txt`;
const VENV = "node_modules/.cache/bertweet-training";
const CLIENTS_VENV = "node_modules/.cache/bertweet-clients";
const PYTHON = `${VENV}/bin/python`;
/** Waiting threads give up their core. On a shared machine, busy waiting takes most of the time. */
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
export function installTraining(): Promise<void> {
  return install(REQUIREMENTS, VENV);
}

/** The same for the clients of other services' APIs, which training needs none of. */
export function installClients(): Promise<void> {
  return install("test/training/requirements/clients.txt", CLIENTS_VENV);
}

async function install(requirementsFile: string, venv: string): Promise<void> {
  const requirements = readFileSync(requirementsFile, "utf8");
  const installed = `${venv}/installed-requirements.txt`;
  if (existsSync(installed) && readFileSync(installed, "utf8") === requirements) return;
  await run("python3", ["-m", "venv", "--clear", venv]);
  const options = ["-m", "pip", "install", "--quiet", "--no-compile", "--requirement", requirementsFile];
  await run(`${venv}/bin/python`, options, { maxBuffer: 2 ** 24 });
  writeFileSync(installed, requirements);
}

/** Runs a file in the clients' environment, and answers what it printed. */
export function clientsFile(file: string, args: string[]): Promise<string> {
  return inClients([file, ...args]);
}

/** The same for code that stands in no file. */
export function clientsCode(code: string): Promise<string> {
  return inClients(["-c", code]);
}

async function inClients(args: string[]): Promise<string> {
  const { stdout } = await run(`${CLIENTS_VENV}/bin/python`, args, { maxBuffer: 2 ** 24 });
  return stdout;
}

/** What the tests export ONNX graphs by: packages that lie beside the training's, since Optimum wants an older transformers. */
type Exporter = "optimum" | "onnxscript";

const folderOf = (exporter: Exporter) => `node_modules/.cache/bertweet-${exporter}`;

/** Installs an exporter's packages beside the environment of `installTraining`, or takes those of an earlier test run. */
export async function installExporter(exporter: Exporter): Promise<void> {
  const file = `test/training/requirements/${exporter}.txt`;
  const folder = folderOf(exporter);
  const installed = `${folder}/installed-requirements.txt`;
  const requirements = readFileSync(file, "utf8");
  if (existsSync(installed) && readFileSync(installed, "utf8") === requirements) return;
  rmSync(folder, { recursive: true, force: true });
  // What they need beside themselves is in the training's environment.
  const options = ["--quiet", "--no-compile", "--no-deps", "--target", folder];
  await run(PYTHON, ["-m", "pip", "install", ...options, "--requirement", file], { maxBuffer: 2 ** 24 });
  writeFileSync(installed, requirements);
}

/** Runs a script of scripts/training to its end; answers what it printed, progress bars included, and throws that when it fails. */
export function script(name: string, args: string[]): Promise<string> {
  return pythonFile(`${SCRIPTS}/${name}`, args);
}

/** The same for a file of another folder, which may import the packages of scripts/training, and those of an exporter before all others. */
export async function pythonFile(file: string, args: string[], exporter?: Exporter): Promise<string> {
  const PYTHONPATH = exporter ? `${folderOf(exporter)}:${SCRIPTS}` : SCRIPTS;
  const { stdout, stderr } = await run(PYTHON, [file, ...args], { maxBuffer: 2 ** 24, env: { ...env, PYTHONPATH } });
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

/** The interpreter for `npm run compare`. */
export const trainingPython = PYTHON;
