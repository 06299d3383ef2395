import { z } from "zod";
import { blobKey } from "../../src/bundle/keys.ts";
import { manifestIn } from "../bundle_folder.ts";
import { short } from "./progress.ts";
import { Refusal } from "./refusal.ts";
import { type Store, sha256Of } from "./store.ts";

/** The parts of a manifest that list and prune need. It accepts manifests that are older or newer than this repository's schema, too. */
const outlineSchema = z.looseObject({
  id: z.string(),
  files: z.record(z.string(), z.looseObject({ bytes: z.number(), sha256: z.string() })),
  tasks: z.record(z.string(), z.looseObject({ metrics: z.record(z.string(), z.number()).catch({}) })).catch({}),
});

export type Outline = z.infer<typeof outlineSchema>;

/** The outline of a version's manifest. Undefined if the bucket lacks it. @throws Refusal if it is damaged */
export async function readOutline(store: Store, version: string): Promise<Outline | undefined> {
  const bytes = await readManifestBytes(store, version);
  if (!bytes) return undefined;
  try {
    return outlineSchema.parse(JSON.parse(bytes.toString()));
  } catch (error) {
    throw new Refusal(`${blobKey(version)} is not the manifest of a version.`, { cause: error });
  }
}

/**
 * Checks that a version can answer. Its manifest must be valid and belong to this model, and each of its files must have its full size.
 *
 * @throws Refusal that lists the faults
 */
export async function requireComplete(store: Store, modelId: string, version: string): Promise<void> {
  const bytes = await readManifestBytes(store, version);
  if (!bytes) throw new Refusal(`The bucket has no version ${short(version)} of "${modelId}".`);
  const manifest = manifestIn(bytes, `The manifest ${short(version)}`);
  if (manifest.id !== modelId)
    throw new Refusal(`${short(version)} is a version of "${manifest.id}", not of "${modelId}".`);
  const problems = await Promise.all(
    Object.entries(manifest.files).map(async ([name, { bytes, sha256 }]) => {
      const stat = await store.stat(blobKey(sha256));
      return stat?.bytes === bytes ? [] : `${name} is ${stat ? `${stat.bytes} bytes long, not ${bytes}` : "missing"}`;
    }),
  );
  const list = problems.flat().join("; ");
  if (list) throw new Refusal(`Version ${short(version)} of "${modelId}" is not complete in the bucket: ${list}.`);
}

/**
 * The version that begins with a prefix.
 *
 * @param versions the known versions of the model
 * @throws Refusal if no version begins with the prefix, or several do. A whole SHA-256 is returned unchanged.
 */
export function resolveVersion(prefix: string, versions: Iterable<string>): string {
  if (/^[0-9a-f]{64}$/.test(prefix)) return prefix;
  const fitting = [...new Set(versions)].filter((version) => version.startsWith(prefix));
  const [version, ...others] = fitting;
  if (version === undefined)
    throw new Refusal(`No version starts with "${prefix}". \`npm run models -- list\` shows them.`);
  if (others.length > 0)
    throw new Refusal(`"${prefix}" fits several versions: ${fitting.map(short).join(", ")}. Give more digits.`);
  return version;
}

async function readManifestBytes(store: Store, version: string): Promise<Buffer | undefined> {
  const object = await store.read(blobKey(version));
  if (object && sha256Of(object.bytes) !== version) throw new Refusal(`The manifest ${blobKey(version)} is damaged.`);
  return object?.bytes;
}
