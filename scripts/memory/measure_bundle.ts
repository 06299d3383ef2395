import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Manifest } from "../../src/bundle/manifest.ts";
import type { Plan } from "../plan/plan_isolates.ts";
import { writePlan } from "../plan.ts";
import { seed } from "../seed.ts";
import { type Isolates, startIsolates } from "./isolates.ts";
import { type Phase, peak, settled } from "./measure.ts";
import { ask, askAll, taskPaths } from "./requests.ts";

const AT_ONCE = 8;

/**
 * Starts the isolates of a plan and measures their memory before, during and after loading, and during and after the load.
 *
 * @param bundle the folder
 * @param requests of the load
 */
export async function measureBundle(
  bundle: string,
  manifest: Manifest,
  plan: Plan,
  requests: number,
): Promise<Phase[]> {
  const folder = await mkdtemp(join(tmpdir(), "bertweet-plan-"));
  const configs = await writePlan(manifest, plan, folder);
  const running = await startIsolates(configs, { fill: (bucket) => seed(bucket, bundle) });
  try {
    return await phases(running, bundle, manifest, requests);
  } finally {
    await running.close();
    await rm(folder, { recursive: true });
  }
}

async function phases(running: Isolates, bundle: string, manifest: Manifest, requests: number): Promise<Phase[]> {
  const { url } = running;
  await ask(url, "/healthz");
  const paths = await taskPaths(bundle, manifest, requests);
  return [
    await settled("no model", running),
    await peak("loading", running, async () => void (await ask(url, "/readyz"))),
    await settled("loaded", running),
    await peak("under load", running, () => askAll(url, paths, AT_ONCE)),
    await settled("afterwards", running),
  ];
}
