import { spawn } from "node:child_process";
import { once } from "node:events";
import { cpus } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { buildCode } from "../build.ts";
import { pinTo } from "./cores.ts";
import { loadInTurns } from "./load.ts";
import { startServer } from "./peers/python.ts";
import { figureRows, type Report } from "./row.ts";
import { BUNDLE, classifyPath, ROOT } from "./service.ts";
import type { Settings } from "./settings.ts";
import { commonTexts } from "./texts.ts";

const TOKENS = 25;
const CONNECTIONS = 8;
const FASTAPI = "FastAPI + PyTorch";

/** `bertweet-edge serve` with one and two threads, beside the usual Python service on the same cores. The client has all cores. */
export async function serve({ quick, python }: Settings): Promise<Report> {
  if (cpus().length < 2) return { rows: [], notes: ["Part serve needs two cores."] };
  await buildCode();
  const rows: Report["rows"] = [];
  const notes = python ? [] : [`${FASTAPI}: not given --python`];
  const texts = await commonTexts(BUNDLE);
  for (const cores of [1, 2]) {
    const servers = new Map<string, { url: URL; pid: number; close(): Promise<void> }>();
    servers.set("serve", await startThreads(cores));
    if (python) servers.set(FASTAPI, await startServer(python, "fastapi_server.py", ["--bundle", BUNDLE]));
    const last = cpus().length - 1;
    for (const { pid } of servers.values())
      if (!pinTo(pid, cores === 1 ? `${last}` : `${last - 1}-${last}`)) notes.push("There is no taskset.");
    const path = () => classifyPath(texts(TOKENS));
    const targets = new Map(
      [...servers].map(([name, { url }]) => [
        name,
        { url, connections: CONNECTIONS, requests: quick ? 40 : 200, path },
      ]),
    );
    const figures = await loadInTurns(targets, quick ? 1 : 4);
    for (const server of servers.values()) await server.close();
    const suffix = `, ${cores === 1 ? "1 thread on one core" : "2 threads on two cores"}, ${TOKENS} tokens, ${CONNECTIONS} connections`;
    const perSecond = new Map([...figures].map(([name, figure]) => [name, figure.perSecond]));
    rows.push(...figureRows(perSecond, python ? FASTAPI : "serve", { unit: "answers/s", suffix }));
  }
  return { rows, notes };
}

async function startThreads(threads: number) {
  const given = ["--bundle", BUNDLE, "--threads", String(threads), "--port", "0"];
  const child = spawn("node", [join(ROOT, "dist/package/bin.js"), "serve", ...given], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  for await (const line of createInterface({ input: child.stdout })) {
    const address = /answers at (\S+)/.exec(line)?.[1];
    if (!address) continue;
    child.stdout.resume();
    return {
      url: new URL(address),
      pid: child.pid as number,
      async close() {
        child.kill();
        await once(child, "exit");
      },
    };
  }
  throw new Error("bertweet-edge serve did not start.");
}
