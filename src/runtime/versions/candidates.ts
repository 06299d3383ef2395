import { LRUCache } from "lru-cache";
import { checkBlob, readManifest } from "../../bundle/bucket.ts";
import { BundleError } from "../../bundle/bundle-error.ts";
import { type Bundle, fileOf } from "../../bundle/manifest.ts";
import { LOAD_PAUSE_MS, MODEL_LOAD_LIMIT_MS, PROOF_LIMIT_MS, PROOF_PAUSE_MS } from "../../limits.ts";
import { type Attempts, createAttempts } from "./attempts.ts";

/** A version that the pointer named: what this isolate knows about it, and its attempts to load it. */
export interface Candidate {
  version: string;
  /** Its manifest, after it was read and checked. */
  bundle: Bundle | undefined;
  /** Reads the manifest while requests wait for it, because no other version can answer. */
  manifest: Attempts<Bundle>;
  /** Loads the version and checks its golden answers, in the background. After a failure it is not used until the pause is over. */
  proof: Attempts<void>;
  /** Whether all of its files were read and their hashes are right. */
  filesChecked: boolean;
  /** Whether it is being loaded after the answering version was released to make room for it. */
  inPlace: boolean;
}

/** Remembered versions of a model, including those that failed. */
const VERSIONS = 8;

/** The candidates of one model by version. A candidate is made when it is first asked for. */
export function createCandidates(): (version: string) => Candidate {
  const known = new LRUCache<string, Candidate>({ max: VERSIONS });
  return (version) => {
    const candidate = known.get(version) ?? {
      version,
      bundle: undefined,
      manifest: createAttempts({ what: "Reading the manifest", limitMs: MODEL_LOAD_LIMIT_MS, pause: LOAD_PAUSE_MS }),
      proof: createAttempts({ what: "Proving the version", limitMs: PROOF_LIMIT_MS, pause: PROOF_PAUSE_MS }),
      filesChecked: false,
      inPlace: false,
    };
    known.set(version, candidate);
    return candidate;
  };
}

/** A candidate's bundle, read once. @throws BundleError if its manifest is missing, damaged, inconsistent or of another model */
export async function readBundle(bucket: R2Bucket, modelId: string, candidate: Candidate): Promise<Bundle> {
  if (candidate.bundle) return candidate.bundle;
  const { version } = candidate;
  const manifest = await readManifest(bucket, version);
  if (manifest.id !== modelId)
    throw new BundleError(`The pointer of model "${modelId}" names a manifest of model "${manifest.id}".`);
  candidate.bundle = { version, manifest };
  return candidate.bundle;
}

/** Reads every file of a candidate once and keeps none. @throws BundleError if a file is missing or damaged */
export async function checkFiles(bucket: R2Bucket, candidate: Candidate, { manifest }: Bundle): Promise<void> {
  if (candidate.filesChecked) return;
  for (const name of Object.keys(manifest.files)) await checkBlob(bucket, fileOf(manifest, name));
  candidate.filesChecked = true;
}
