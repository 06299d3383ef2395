import type { R2Bucket } from "@cloudflare/workers-types";
import { convertV4MiniflareOptions, Miniflare, type V4WorkerOptions } from "miniflare";
import { unstable_getMiniflareWorkerOptions, unstable_readConfig } from "wrangler";
import { workerdListeners } from "../bench/listeners.ts";
import { openInspector } from "./inspector.ts";
import { buildWatched, WITNESS } from "./watched_modules.ts";

/**
 * What an isolate holds, in bytes; Cloudflare's limit is on their sum.
 *
 * Seen with known sizes in workerd 1.20261117: the inspector's `backingStorageSize` has every ArrayBuffer, and no WebAssembly.Memory,
 * shared or not, before or behind a `grow`; so that is counted apart, and nothing twice. Strings are in the heap. What V8
 * compiled of a WebAssembly module, and the module's own bytes, are in none of the three: see `ProcessMemory`.
 */
export interface Figures {
  wasm: number;
  buffers: number;
  heap: number;
  sum: number;
}

export interface Isolate {
  name: string;
  /** What it holds now, garbage included. It takes as long as the isolate's thread is busy. */
  read(): Promise<Figures>;
  collectGarbage(): Promise<void>;
}

/** Workers in one workerd, joined by their service bindings, with an R2 bucket of their own. */
export interface Isolates {
  /** Where the first of them answers HTTP. */
  url: URL;
  pid: number;
  bucket: R2Bucket;
  isolates: Isolate[];
  close(): Promise<void>;
}

/**
 * @param configs paths of wrangler configurations, the one that answers HTTP first
 * @param vars instead of the configurations' own, for all of them
 * @param isQuiet whether what the Workers log is left unread
 */
export async function startIsolates(
  configs: readonly string[],
  vars: Record<string, string> = {},
  isQuiet = false,
): Promise<Isolates> {
  const workers: V4WorkerOptions[] = [];
  const builds = new Map<string, ReturnType<typeof buildWatched>>();
  for (const path of configs) {
    const config = unstable_readConfig({ config: path });
    const { modulesRules: _, ...options } = unstable_getMiniflareWorkerOptions(config).workerOptions;
    const build = builds.get(config.main ?? "") ?? buildWatched(path);
    builds.set(config.main ?? "", build);
    // Nothing is refused here: what all that comes at once makes an isolate hold is what is measured.
    const patience = { QUEUE_LIMIT_MS: "600000" };
    workers.push({
      ...options,
      name: config.name as string,
      modules: await build,
      bindings: { ...(options.bindings as Record<string, string>), ...patience, ...vars },
      unsafeDirectSockets: [{ entrypoint: WITNESS }],
    });
  }
  const quiet = { handleStructuredLogs: () => {} };
  const options = { workers, inspectorPort: 0, cf: false as const, ...(isQuiet && quiet) };
  const miniflare = new Miniflare(convertV4MiniflareOptions(options));
  const url = await miniflare.ready;
  const inspectorUrl = await miniflare.getInspectorURL();
  const names = workers.map(({ name }) => name as string);
  const opened = await Promise.all(names.map((name) => openIsolate(miniflare, inspectorUrl, name)));
  const pid = (await workerdListeners()).find(({ port }) => String(port) === url.port)?.pid;
  if (!pid) throw new Error("workerd was not found in /proc.");
  return {
    url,
    pid,
    bucket: (await miniflare.getR2Bucket("MODELS", names[0])) as unknown as R2Bucket,
    isolates: opened.map(({ isolate }) => isolate),
    async close() {
      for (const { inspector } of opened) inspector.close();
      await miniflare.dispose();
    },
  };
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

/** Asks the witness until the inspector has answered too: workerd reads what an inspector says when the isolate has work to do. */
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
