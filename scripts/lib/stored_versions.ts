import { z } from "zod";
import { blobKey } from "../../src/bundle/keys.ts";
import { manifestIn } from "../bundle_folder.ts";
import { short } from "./progress.ts";
import { Refusal } from "./refusal.ts";
import { type Store, sha256Of } from "./store.ts";

/** What is read of a manifest to list or prune: also of one that is older or newer than the schema of this repository. */
const outlineSchema = z.looseObject({
  id: z.string(),
  files: z.record(z.string(), z.looseObject({ bytes: z.number(), sha256: z.string() })),
  tasks: z.record(z.string(), z.looseObject({ metrics: z.record(z.string(), z.number()).catch({}) })).catch({}),
});

export type Outline = z.infer<typeof outlineSchema>;

/** The outline of a version's manifest, undefined when it is not in the bucket. @throws Refusal when it is damaged */
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
 * Checks that a version can answer: its manifest is valid and of this model, and each of its files is there in its full size.
 *
 * @throws Refusal that lists what is wrong
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
 * The version that a prefix means.
 *
 * @param versions those of the model that are known
 * @throws Refusal when the prefix fits none of them, or several; a whole SHA-256 is taken as it is
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
