import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { R2Bucket } from "@cloudflare/workers-types";
import { afterAll, beforeAll, beforeEach } from "vitest";
import { getPlatformProxy } from "wrangler";
import { historyKey } from "../../../scripts/lib/history.ts";
import { openStore, type Store } from "../../../scripts/lib/store.ts";
import { pointerKey } from "../../../src/bundle/keys.ts";

/** Larger blobs are kept between tests, because sending them takes seconds. */
const KEPT_BLOB_BYTES = 2 ** 20;

/**
 * Local R2 in a folder of its own. Each test starts with what `fill` puts there, and otherwise without pointers, histories and
 * small blobs.
 */
export function openTestBucket(fill: (store: Store) => Promise<void> = async () => {}) {
  const filled = new Map<string, Buffer>();
  let folder: string;
  let proxy: Awaited<ReturnType<typeof getPlatformProxy<{ MODELS: R2Bucket }>>>;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "bertweet-r2-"));
    const persist = { path: folder };
    proxy = await getPlatformProxy({ configPath: "wrangler.toml", persist, remoteBindings: false });
    await fill(bucket.store());
    for (const [key, bytes] of await bucket.store().list(""))
      if (bytes < KEPT_BLOB_BYTES) filled.set(key, (await bucket.store().read(key))?.bytes as Buffer);
  });
  beforeEach(async () => {
    await bucket.clear(KEPT_BLOB_BYTES);
    await Promise.all([...filled].map(([key, bytes]) => proxy.env.MODELS.put(key, bytes)));
  });
  afterAll(async () => {
    await proxy.dispose();
    await rm(folder, { recursive: true });
  });
  const bucket = {
    r2: () => proxy.env.MODELS,
    store: (): Store => openStore(proxy.env.MODELS),
    /** Removes everything smaller than that. */
    clear: async (limitBytes = Number.POSITIVE_INFINITY) => {
      const small = [...(await bucket.store().list(""))].filter(([, bytes]) => bytes < limitBytes);
      await bucket.store().delete(small.map(([key]) => key));
    },
    pointer: async (id = "bertweet-mini") => (await bucket.store().read(pointerKey(id)))?.bytes.toString(),
    history: async (id = "bertweet-mini") =>
      JSON.parse((await bucket.store().read(historyKey(id)))?.bytes.toString() ?? "[]"),
    /** The same bucket with a function that runs before each put. If the function throws, the put throws the same. */
    interposed: (beforePut: (key: string) => Promise<void> | void): Store => {
      const r2 = bucket.r2();
      const put = async (...args: Parameters<R2Bucket["put"]>) => {
        await beforePut(args[0]);
        return r2.put(...args);
      };
      const { head, get, list, delete: remove } = bindAll(r2);
      return openStore({ head, get, list, delete: remove, put } as unknown as R2Bucket);
    },
  };
  return bucket;
}

function bindAll(r2: R2Bucket) {
  return {
    head: (key: string) => r2.head(key),
    get: (key: string) => r2.get(key),
    list: (options: R2ListOptions) => r2.list(options as never),
    delete: (keys: string[]) => r2.delete(keys),
  };
}
