import type { Pointer } from "../../src/bundle/pointer.ts";
import { changeHistory, type Release, readHistory } from "./history.ts";
import { type ReadPointer, readPointer, requirePointer, writePointer } from "./pointers.ts";
import { type Progress, short } from "./progress.ts";
import { Refusal } from "./refusal.ts";
import type { Store } from "./store.ts";
import { requireComplete, resolveVersion } from "./stored_versions.ts";

/** The parameters of every command that changes a pointer. */
export interface Rollout {
  store: Store;
  modelId: string;
  dryRun: boolean;
  progress: Progress;
}

/**
 * Makes an earlier version current and ends a canary.
 *
 * @param prefix of the version. Default: the version that was current before the current one
 * @throws Refusal if there is no such version, or it is current already, or it is not complete
 */
export async function rollBack(rollout: Rollout, prefix?: string): Promise<void> {
  const { store, modelId } = rollout;
  const before = await readPointer(store, modelId);
  const releases = await readHistory(store, modelId);
  const version = prefix === undefined ? previousOf(before, releases) : resolveVersion(prefix, versions(releases));
  if (before.pointer?.version === version && !before.pointer.canary)
    throw new Refusal(`${short(version)} is the current version of "${modelId}" already.`);
  await requireComplete(store, modelId, version);
  await move(rollout, before, { version });
}

/**
 * Lets a version answer a share of the texts.
 *
 * @param percent more than 0, less than 100
 * @throws Refusal if the version is the current one or not complete
 */
export async function startCanary(rollout: Rollout, prefix: string, percent: number): Promise<void> {
  if (!(percent > 0 && percent < 100)) throw new Refusal("--percent takes a number above 0 and below 100.");
  const { store, modelId } = rollout;
  const before = await readPointer(store, modelId);
  const current = requirePointer(before).version;
  const version = resolveVersion(prefix, versions(await readHistory(store, modelId)));
  if (version === current)
    throw new Refusal(`${short(version)} is the current version of "${modelId}"; a canary is another one.`);
  await requireComplete(store, modelId, version);
  await move(rollout, before, { version: current, canary: { version, percent } });
}

/** Ends a canary. The current version answers everything again. @throws Refusal if no canary runs */
export async function stopCanary(rollout: Rollout): Promise<void> {
  const before = await readPointer(rollout.store, rollout.modelId);
  requireCanary(before);
  await move(rollout, before, { version: requirePointer(before).version });
}

/** Makes the canary the current version. @throws Refusal if no canary runs, or it is not complete */
export async function promote(rollout: Rollout): Promise<void> {
  const { store, modelId, dryRun } = rollout;
  const before = await readPointer(store, modelId);
  const { version } = requireCanary(before);
  await requireComplete(store, modelId, version);
  const previous = requirePointer(before).version;
  if (!dryRun) await changeHistory(store, modelId, (releases) => setPrevious(releases, version, previous));
  await move(rollout, before, { version });
}

async function move({ store, modelId, dryRun, progress }: Rollout, before: ReadPointer, next: Pointer): Promise<void> {
  if (!dryRun) await writePointer(store, before, next);
  const was = before.pointer ? describe(before.pointer) : "nothing that can be read";
  progress.line(`${modelId}: ${describe(next)}${dryRun ? " (dry run: the pointer stays)" : ""}`);
  progress.line(`  before: ${was}`);
}

function describe({ version, canary }: Pointer): string {
  return `current ${short(version)}${canary ? `, canary ${short(canary.version)} with ${canary.percent} %` : ""}`;
}

function requireCanary(before: ReadPointer) {
  const { canary } = requirePointer(before);
  if (!canary) throw new Refusal(`No canary of "${before.modelId}" runs.`);
  return canary;
}

function previousOf(before: ReadPointer, releases: Release[]): string {
  const current = requirePointer(before).version;
  const previous = releases.find(({ version }) => version === current)?.previous;
  if (previous) return previous;
  throw new Refusal(
    `The history has no version before ${short(current)}, the current one of "${before.modelId}".\n` +
      "`npm run models -- list` shows all; name one: `npm run models -- rollback VERSION`.",
  );
}

function setPrevious(releases: Release[], version: string, previous: string): Release[] {
  const release = releases.find((release) => release.version === version);
  if (!release) return [{ version, uploaded_at: new Date().toISOString(), previous }, ...releases];
  return releases.map((other) => (other === release ? { ...release, previous } : other));
}

function versions(releases: Release[]): string[] {
  return releases.map(({ version }) => version);
}
