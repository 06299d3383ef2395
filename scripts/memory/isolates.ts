import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { R2Bucket } from "@cloudflare/workers-types";
import { convertV4MiniflareOptions, Miniflare, type V4WorkerOptions } from "miniflare";
import { unstable_getMiniflareWorkerOptions, unstable_readConfig } from "wrangler";
import { workerdListeners } from "../bench/listeners.ts";
import { openInspector } from "./inspector.ts";
import { buildWatched, WITNESS } from "./watched_modules.ts";

/**
 * Memory of an isolate, in bytes. Cloudflare limits their sum.
 *
 * Checked with known sizes in workerd 1.20261117: the inspector's `backingStorageSize` counts every ArrayBuffer, but no WebAssembly.Memory,
 * shared or not, before or after a `grow`. So WebAssembly memory is counted separately, and nothing is counted twice. Strings are in the heap.
 * V8's compiled WebAssembly code and the module's own bytes are in none of the three: see `ProcessMemory`.
 */
export interface Figures {
  wasm: number;
  buffers: number;
  heap: number;
  sum: number;
}

export interface Isolate {
  name: string;
  /** Its current memory, with garbage. It answers when the isolate's thread is free. */
  read(): Promise<Figures>;
  collectGarbage(): Promise<void>;
}

/** Workers in one workerd, connected by service bindings, with their own R2 bucket. */
export interface Isolates {
  /** Address of the first Worker, which answers HTTP. */
  url: URL;
  pid: number;
  isolates: Isolate[];
  close(): Promise<void>;
}

interface IsolatesOptions {
  /** Fills the Workers' bucket before they start. */
  fill: (bucket: R2Bucket) => Promise<unknown>;
  /** Variables for all Workers, instead of those in their configurations. */
  vars?: Record<string, string>;
  /** Whether to ignore the Workers' logs. */
  isQuiet?: boolean;
}

/**
 * V8's heap limit in MB, the same as for an isolate at Cloudflare. V8 sizes its heap to this limit, and collects in time. Without a limit
 * it sizes its heap to the machine, and may keep 16 MB of young objects and more than 100 MB of old garbage.
 */
const HEAP_LIMIT = "--max-heap-size=128";

/** @param configs paths of wrangler configurations, the one that answers HTTP first */
export async function startIsolates(
  configs: readonly string[],
  { fill, vars = {}, isQuiet = false }: IsolatesOptions,
): Promise<Isolates> {
  const workers = await watchedWorkers(configs, vars);
  const names = workers.map(({ name }) => name as string);
  const folder = await mkdtemp(join(tmpdir(), "bertweet-bucket-"));
  const stored = { workers, resourcePersistencePath: folder, cf: false as const };

  // miniflare holds a whole file in its own isolate during a put. So this workerd has no limit; a second one has it.
  const filler = new Miniflare(convertV4MiniflareOptions(stored));
  await fill((await filler.getR2Bucket("MODELS", names[0])) as unknown as R2Bucket).finally(() => filler.dispose());

  const quiet = { handleStructuredLogs: () => {} };
  const miniflare = await withHeapLimit(async () => {
    const limited = new Miniflare(convertV4MiniflareOptions({ ...stored, inspectorPort: 0, ...(isQuiet && quiet) }));
    await limited.ready;
    return limited;
  });
  const url = await miniflare.ready;
  const inspectorUrl = await miniflare.getInspectorURL();
  const opened = await Promise.all(names.map((name) => openIsolate(miniflare, inspectorUrl, name)));
  const pid = (await workerdListeners()).find(({ port }) => String(port) === url.port)?.pid;
  if (!pid) throw new Error("workerd was not found in /proc.");
  return {
    url,
    pid,
    isolates: opened.map(({ isolate }) => isolate),
    async close() {
      for (const { inspector } of opened) inspector.close();
      await miniflare.dispose();
      await rm(folder, { recursive: true });
    },
  };
}

async function watchedWorkers(configs: readonly string[], vars: Record<string, string>): Promise<V4WorkerOptions[]> {
  const workers: V4WorkerOptions[] = [];
  const builds = new Map<string, ReturnType<typeof buildWatched>>();
  for (const path of configs) {
    const config = unstable_readConfig({ config: path });
    const { modulesRules: _, ...options } = unstable_getMiniflareWorkerOptions(config).workerOptions;
    const build = builds.get(config.main ?? "") ?? buildWatched(path);
    builds.set(config.main ?? "", build);
    // No request is refused here, because this measures the memory of all requests at once.
    const patience = { QUEUE_LIMIT_MS: "600000" };
    workers.push({
      ...options,
      name: config.name as string,
      modules: await build,
      bindings: { ...(options.bindings as Record<string, string>), ...patience, ...vars },
      unsafeDirectSockets: [{ entrypoint: WITNESS }],
    });
  }
  return workers;
}

/** miniflare reads V8's flags from the environment when it starts workerd. */
async function withHeapLimit<T>(start: () => Promise<T>): Promise<T> {
  const name = "MINIFLARE_WORKERD_V8_FLAGS";
  const before = process.env[name];
  process.env[name] = [before, HEAP_LIMIT].filter(Boolean).join(" ");
  try {
    return await start();
  } finally {
    if (before === undefined) delete process.env[name];
    else process.env[name] = before;
  }
}

async function openIsolate(miniflare: Miniflare, inspectorUrl: URL, name: string) {
  const witness = await miniflare.unsafeGetDirectURL(name, WITNESS);
  const inspector = await openInspector(new URL(`/core:user:${name}`, inspectorUrl));
  const isolate: Isolate = {
    name,
    async read() {
      const [usage, wasm] = await askAwake(inspector.heapUsage(), witness);
      const buffers = usage.backingStorageSize;
      const heap = usage.usedSize + usage.embedderHeapUsedSize;
      return { wasm, buffers, heap, sum: wasm + buffers + heap };
    },
    async collectGarbage() {
      await askAwake(inspector.collectGarbage(), witness);
    },
  };
  return { isolate, inspector };
}

/** Calls the witness until the inspector has answered too: workerd reads inspector messages only when the isolate has work to do. */
async function askAwake<T>(answer: Promise<T>, witness: URL): Promise<[T, number]> {
  const asked = { open: true };
  const settled = answer.finally(() => {
    asked.open = false;
  });
  let wasm = 0;
  do wasm = Number(await (await fetch(witness)).text());
  while (asked.open);
  return [await settled, wasm];
}
