import { blobKey } from "../../src/bundle/keys.ts";
import { knownVersions, type Model } from "./inventory.ts";
import { short } from "./progress.ts";
import type { Store } from "./store.ts";
import { type Outline, readOutline } from "./stored_versions.ts";

/** A version in the output of `models -- list`. */
interface ListedVersion {
  version: string;
  role: "current" | "canary" | "none";
  /** Time of the upload. Null if the history does not have the version. */
  uploaded_at: string | null;
  /** Files that are missing or have the wrong size. */
  missing: string[];
  /** By task and metric. */
  metrics: Record<string, Record<string, number>>;
}

/** A model in the output of `models -- list --json`. */
export interface ListedModel {
  id: string;
  /** Why the pointer can't be read. */
  problem: string | null;
  canary_percent: number | null;
  versions: ListedVersion[];
}

/** Describes every version of the given models: its role, missing files and metrics. */
export async function listModels(store: Store, models: Model[]): Promise<ListedModel[]> {
  const blobs = await store.list(blobKey(""));
  return Promise.all(
    models.map(async (model) => ({
      id: model.id,
      problem: model.pointer.problem ?? null,
      canary_percent: model.pointer.pointer?.canary?.percent ?? null,
      versions: await Promise.all(knownVersions(model).map((version) => describe(store, model, version, blobs))),
    })),
  );
}

async function describe(store: Store, model: Model, version: string, blobs: Map<string, number>) {
  const { pointer } = model.pointer;
  const outline = await readOutline(store, version);
  return {
    version,
    role: roleOf(version, pointer),
    uploaded_at: model.releases.find((release) => release.version === version)?.uploaded_at ?? null,
    missing: outline ? missingFiles(outline, blobs) : ["manifest.json"],
    metrics: Object.fromEntries(Object.entries(outline?.tasks ?? {}).map(([task, { metrics }]) => [task, metrics])),
  };
}

function roleOf(version: string, pointer: Model["pointer"]["pointer"]): ListedVersion["role"] {
  if (pointer?.version === version) return "current";
  return pointer?.canary?.version === version ? "canary" : "none";
}

function missingFiles({ files }: Outline, blobs: Map<string, number>): string[] {
  const entries = Object.entries(files).filter(([, { bytes, sha256 }]) => blobs.get(blobKey(sha256)) !== bytes);
  return entries.map(([name]) => name);
}

/** The list as text. Each version has a line, and a second one if it has metrics. */
export function formatModel({ id, problem, canary_percent, versions }: ListedModel): string {
  const lines = versions.flatMap(({ version, role, uploaded_at, missing, metrics }) => {
    const state = role === "canary" ? `canary ${canary_percent} %` : role === "current" ? "current" : "";
    const date = uploaded_at?.slice(0, 16).replace("T", " ") ?? "no date";
    const gone = missing.length > 0 ? `  missing: ${missing.join(", ")}` : "";
    const figures = Object.entries(metrics).flatMap(([task, values]) =>
      Object.entries(values).map(([metric, value]) => `${task} ${metric} ${value}`),
    );
    const line = `  ${short(version)}  ${date.padEnd(16)}  ${state}${gone}`.trimEnd();
    return figures.length > 0 ? [line, `      ${figures.join(", ")}`] : [line];
  });
  return [id, ...(problem ? [`  ${problem}`] : []), ...lines].join("\n");
}
