import { experimental_readRawConfig, type TestHarnessOptions } from "wrangler";
import { readBundleFolder } from "../../scripts/bundle_folder.ts";
import type { PlannedWorker } from "../../scripts/plan/wrangler_configs.ts";
import { blobKey, pointerKey } from "../../src/bundle/keys.ts";
import { BUNDLE, startService } from "../integration/service.ts";
import { CONTROL_PATH, type Counts, type Fault, type Orders } from "./fault.ts";

type WorkerInput = TestHarnessOptions["workers"][number];

interface FaultyOptions {
  /** By default the bundle is in the bucket from the beginning. */
  seeded?: boolean;
  /** In place of those of wrangler.toml; secrets too. */
  vars?: Record<string, string>;
}

const { manifest, version } = await readBundleFolder(BUNDLE);

/** Everything that makes up the bundle in the bucket: the pointer, the manifest, and each file by its name. */
export const BUNDLE_KEYS: ReadonlyMap<string, string> = new Map([
  ["pointer", pointerKey(manifest.id)],
  ["manifest.json", blobKey(version)],
  ...Object.entries(manifest.files).map(([name, { sha256 }]) => [name, blobKey(sha256)] as const),
]);

/** The key in the bucket of one of the bundle's files, or of the "pointer". @throws Error for a name that is none of them */
export function keyOf(name: string): string {
  const key = BUNDLE_KEYS.get(name);
  if (key === undefined) throw new Error(`The bundle has no file ${name}.`);
  return key;
}

/**
 * A Worker of wrangler.toml with another entry and without its static assets.
 *
 * @param main test/faults/worker.ts, or the like
 */
export function workerWith(main: string, vars: FaultyOptions["vars"] = {}): Extract<WorkerInput, { config: unknown }> {
  const {
    assets: _,
    build: __,
    env: ___,
    ...config
  } = experimental_readRawConfig({ config: "wrangler.toml" }).rawConfig;
  const engine = process.env.TEST_ENGINE; // as for every service of a test, see test/integration/service.ts
  return { config: { ...config, main, vars: { ...config.vars, ...(engine && { ENGINE: engine }), ...vars } } };
}

/**
 * The service as `startService` starts it, with faults in front of its bucket; `bucket` is the real one. Faults and clock are one
 * isolate's: there is one, and it lives as long as the test file.
 */
export function startFaulty({ seeded = true, vars }: FaultyOptions = {}) {
  const service = startService({ seeded, workers: [workerWith("test/faults/worker.ts", vars)] });
  return { ...service, ...controlOf((orders) => service.post(CONTROL_PATH, orders)) };
}

/** The Workers of a plan in one workerd, each with faults and a clock of its own: `isolates`, in their order. The bucket is empty. */
export function startFaultyIsolates(plan: readonly PlannedWorker[]) {
  const workers = plan.map(({ config }, index) => {
    const { assets: _, build: __, ...rest } = config;
    return { config: { ...rest, main: `test/faults/${index === 0 ? "worker" : "stage_worker"}.ts` } };
  });
  const service = startService({ seeded: false, workers: workers as WorkerInput[] });
  const isolates = plan.map(({ name }) =>
    controlOf((orders) =>
      service.worker(name).fetch(`http://isolate${CONTROL_PATH}`, { method: "POST", body: JSON.stringify(orders) }),
    ),
  );
  return { ...service, isolates };
}

/** Sets the faults of a Worker over its control path. @param post sends a request to that path */
export function controlOf(post: (orders: Orders) => Promise<{ status: number; text(): Promise<string> }>) {
  async function order(orders: Orders): Promise<Counts> {
    const response = await post(orders);
    const body = await response.text();
    if (response.status !== 200) throw new Error(`The faults were not told: ${response.status} ${body}`);
    return JSON.parse(body);
  }
  return {
    faults: {
      /** In place of those before. */
      set: (...faults: Fault[]) => order({ faults }),
      clear: () => order({ faults: [] }),
      /** Reads by key since the last reset. */
      counts: () => order({}),
      /** The same, and starts anew. */
      resetCounts: () => order({ resetCounts: true }),
    },
    /** Moves `Date.now` and `performance.now` of the isolate forward. Timers that run already keep their time. */
    shiftClock: async (ms: number) => void (await order({ shiftClockMs: ms })),
    /** Lets the isolate find copies of blobs in its data centre's cache, and keep them there. */
    allowCopies: async () => void (await order({ copies: true })),
    /** Puts a blob's copy there that is as the fault makes it. */
    spoilCopy: async (fault: Fault) => void (await order({ spoilCopy: fault })),
    /** Makes the isolate's deadlines, which `setTimeout` keeps, so many times shorter; 1 is as they are. */
    speedUpTimers: async (timerSpeed: number) => void (await order({ timerSpeed })),
  };
}
