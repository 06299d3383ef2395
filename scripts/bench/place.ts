import { execFile } from "node:child_process";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import type { R2Bucket } from "@cloudflare/workers-types";
import { convertV4MiniflareOptions, Miniflare, type V4ModuleDefinition } from "miniflare";
import { unstable_getMiniflareWorkerOptions, unstable_readConfig } from "wrangler";
import { seed } from "../seed.ts";
import { workerdListeners } from "./listeners.ts";
import { ask, BUNDLE, ROOT, type Service } from "./service.ts";

/** A data centre: its cache and the bucket outlive the processes that run in it, one after another. */
export interface Place {
  /** A fresh process of the Worker. */
  start(engine: string): Promise<Service>;
  /** Empties the cache. No process may run meanwhile. */
  emptyCache(): Promise<void>;
  close(): Promise<void>;
}

/** Builds the Worker of wrangler.toml with another entry, from the project's root, as `wrangler deploy` would send it. */
export async function openPlace(main: string): Promise<Place> {
  const folder = await mkdtemp(join(tmpdir(), "bertweet-place-"));
  const config = join(folder, "wrangler.json");
  const { name, compatibility_date, minify, keep_names, alias, vars, r2_buckets, ratelimits } = unstable_readConfig({
    config: join(ROOT, "wrangler.toml"),
  });
  const aliases = Object.entries((alias ?? {}) as Record<string, string>).map(([imported, path]) => [
    imported,
    join(ROOT, path),
  ]);
  const script = { name, main: join(ROOT, main), compatibility_date, minify, keep_names };
  await writeFile(
    config,
    JSON.stringify({ ...script, alias: Object.fromEntries(aliases), vars, r2_buckets, ratelimits }),
  );
  const built = join(folder, "built");
  await promisify(execFile)("wrangler", ["deploy", "--dry-run", "--config", config, "--outdir", built], { cwd: ROOT });
  const modules: V4ModuleDefinition[] = [];
  for (const file of await readdir(built)) {
    const contents = await readFile(join(built, file));
    if (file.endsWith(".js")) modules.unshift({ type: "ESModule", path: "worker.js", contents });
    if (file.endsWith(".wasm")) modules.push({ type: "CompiledWasm", path: file, contents });
  }
  const { modulesRules: _, ...options } = unstable_getMiniflareWorkerOptions(
    unstable_readConfig({ config }),
  ).workerOptions;

  async function start(engine: string): Promise<Service> {
    const bindings = { ...(options.bindings as Record<string, string>), ENGINE: engine };
    const miniflare = new Miniflare(
      convertV4MiniflareOptions({
        workers: [{ ...options, name: name as string, modules, bindings }],
        resourcePersistencePath: join(folder, "stored"),
        cf: false,
        handleStructuredLogs: () => {}, // what the Workers log of each start would stand between the figures
      }),
    );
    const url = await miniflare.ready;
    const pid = (await workerdListeners()).find(({ port }) => String(port) === url.port)?.pid;
    if (!pid) throw new Error("workerd was not found in /proc.");
    const bucket = (await miniflare.getR2Bucket("MODELS")) as unknown as R2Bucket;
    return {
      url,
      pid,
      bucket,
      ask: (path, init) => ask(new URL(path, url), init),
      close: () => miniflare.dispose(),
    };
  }

  const first = await start("simd");
  await seed(first.bucket, BUNDLE);
  await first.close();
  return {
    start,
    emptyCache: () => rm(join(folder, "stored", "cache"), { recursive: true, force: true }),
    close: () => rm(folder, { recursive: true }),
  };
}
