import { join } from "node:path";
import type { R2Bucket } from "@cloudflare/workers-types";
import { createTestHarness, unstable_readConfig } from "wrangler";
import type { Manifest } from "../../src/bundle/manifest.ts";
import type { Plan } from "../plan/plan_isolates.ts";
import { wranglerConfigs } from "../plan/wrangler_configs.ts";
import { seed } from "../seed.ts";
import { workerdListeners } from "./listeners.ts";

// Otherwise wrangler asks the network for the country, and prints that it got no answer.
process.env.CLOUDFLARE_CF_FETCH_ENABLED ??= "false";
process.env.WRANGLER_LOG ??= "error";
// Otherwise miniflare stores a trace of each request in SQLite, on the Worker's own thread: four times the work of an empty request.
process.env.X_LOCAL_OBSERVABILITY ??= "false";

/** The project. */
export const ROOT = join(import.meta.dirname, "../..");

/** The bundle that the bench runs. */
export const BUNDLE = join(ROOT, "models/bertweet-mini");

/** A Worker in its own workerd, with a bucket that holds the bundle. */
export interface Service {
  /** Where workerd itself listens, without wrangler's proxy. */
  url: URL;
  pid: number;
  bucket: R2Bucket;
  /** @throws Error for any status but 200 and 304 */
  ask(path: string, init?: RequestInit): Promise<Answer>;
  close(): Promise<void>;
}

export interface Answer {
  ms: number;
  body: string;
  headers: Headers;
}

/**
 * The Worker of wrangler.toml without its static assets. Locally another Worker checks each request for an asset first, which
 * takes more than an empty round trip. On Cloudflare this does not count as the Worker's time.
 *
 * @param main the entry, from the project's root
 */
export function startService(engine: "ort" | "simd", main = "src/index.ts"): Promise<Service> {
  const { name, compatibility_date, minify, keep_names, alias, vars, r2_buckets, ratelimits } = unstable_readConfig({
    config: join(ROOT, "wrangler.toml"),
  });
  const script = { name, main, compatibility_date, minify, keep_names, alias };
  return start(BUNDLE, [{ config: { ...script, vars: { ...vars, ENGINE: engine }, r2_buckets, ratelimits } }]);
}

/** The Workers of a plan for the bundle in the folder `bundle`, in one workerd; without static assets too. */
export function startPlan(bundle: string, manifest: Manifest, plan: Plan): Promise<Service> {
  const workers = wranglerConfigs(plan, manifest.id, ROOT, ROOT).map(({ config }) => {
    const { assets: _, build: __, ...rest } = config;
    return { config: rest };
  });
  return start(bundle, workers as WorkerInput[]);
}

/** Starts one of the Workers in this folder, which time parts of the service. */
export function startWorker(file: string): Promise<Service> {
  return start(BUNDLE, [{ config: workerConfig(file) }]);
}

/** Wrangler's configuration of such a Worker. */
export function workerConfig(file: string) {
  return {
    name: "bench",
    main: join(ROOT, "scripts/bench", file),
    compatibility_date: "2026-11-17",
    rules: [{ type: "CompiledWasm" as const, globs: ["**/*.wasm"] }],
    r2_buckets: [{ binding: "MODELS", bucket_name: "bench" }],
  };
}

type WorkerInput = NonNullable<Exclude<Parameters<typeof createTestHarness>[0], undefined>>["workers"][number];

async function start(bundle: string, workers: WorkerInput[]): Promise<Service> {
  const before = new Set((await workerdListeners()).map(({ port }) => port));
  const harness = createTestHarness({ root: ROOT, workers });
  const proxy = await harness.listen();
  const own = (await workerdListeners()).find(({ port }) => !before.has(port) && String(port) !== proxy.url.port);
  if (!own) throw new Error("The port that workerd listens on was not found in /proc.");
  const url = new URL(`http://127.0.0.1:${own.port}`);
  const { MODELS: bucket } = await harness.getWorker<{ MODELS: R2Bucket }>().getEnv();
  await seed(bucket, bundle);
  return {
    url,
    pid: own.pid,
    bucket,
    ask: (path, init) => ask(new URL(path, url), init),
    close: () => harness.close(),
  };
}

/** Milliseconds from the request to the last byte. @throws Error for any status but 200 and 304 */
export async function ask(url: URL, init?: RequestInit): Promise<Answer> {
  const start = performance.now();
  const response = await fetch(url, init);
  const body = await response.text();
  const ms = performance.now() - start;
  if (response.status !== 200 && response.status !== 304) throw new Error(`${url}: ${response.status} ${body}`);
  return { ms, body, headers: response.headers };
}

/** A classification without exits: every text takes the whole pass, which is timed alone too. */
export const WHOLE_PASS_TASK = "irony";

/** Milliseconds of a text's classification. @throws Error if the text has another number of tokens, or gets no answer */
export async function classify(
  service: Service,
  text: string,
  tokens: number,
  init?: RequestInit,
  task?: string,
): Promise<number> {
  const { ms, body } = await service.ask(classifyPath(text, task), init);
  const { total } = JSON.parse(body).tokens;
  if (total !== tokens) throw new Error(`${total} tokens where ${tokens} were meant.`);
  return ms;
}

/** A classification of the text as a GET. */
export function classifyPath(text: string, task = "sentiment"): string {
  return `/v1/${task}?text=${encodeURIComponent(text)}`;
}
