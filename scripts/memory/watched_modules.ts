import { execFile } from "node:child_process";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import type { V4ModuleDefinition } from "miniflare";

/** An extra entrypoint of a watched Worker. It answers every request with the Worker's WebAssembly memory in bytes. */
export const WITNESS = "WasmMemory";

/**
 * Code that counts every WebAssembly memory that is made after it, because V8's inspector does not count them. It does not keep
 * a memory alive.
 */
const WATCH = `
const { Memory } = WebAssembly;
let made = [];
WebAssembly.Memory = class extends Memory {
  constructor(descriptor) {
    super(descriptor);
    made.push(new WeakRef(this));
  }
};
export function wasmBytes() {
  made = made.filter((memory) => memory.deref());
  return made.reduce((sum, memory) => sum + memory.deref().buffer.byteLength, 0);
}
`;

const ENTRY = `
import { wasmBytes } from "./watch.js";
import * as worker from "./worker.js";
import { WorkerEntrypoint } from "cloudflare:workers";
export * from "./worker.js";
export default worker.default ?? {};
export class ${WITNESS} extends WorkerEntrypoint {
  fetch() {
    return new Response(String(wasmBytes()));
  }
}
`;

/** The modules of a configuration's Worker as \`wrangler deploy\` would send them, behind an entry that adds the witness. */
export async function buildWatched(config: string): Promise<V4ModuleDefinition[]> {
  const folder = await mkdtemp(join(tmpdir(), "bertweet-memory-"));
  const env = { ...process.env, WRANGLER_SEND_METRICS: "false" };
  await promisify(execFile)("wrangler", ["deploy", "--dry-run", "--config", config, "--outdir", folder], { env });
  const modules: V4ModuleDefinition[] = [
    { type: "ESModule", path: "entry.js", contents: ENTRY },
    { type: "ESModule", path: "watch.js", contents: WATCH },
  ];
  for (const name of await readdir(folder)) {
    const contents = await readFile(join(folder, name));
    if (name.endsWith(".wasm")) modules.push({ type: "CompiledWasm", path: name, contents });
    if (name.endsWith(".js")) modules.push({ type: "ESModule", path: "worker.js", contents });
  }
  await rm(folder, { recursive: true });
  return modules;
}
