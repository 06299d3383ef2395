import { LRUCache } from "lru-cache";
import { checkBlob, readManifest } from "../../bundle/bucket.ts";
import { BundleError } from "../../bundle/bundle-error.ts";
import { type Bundle, fileOf } from "../../bundle/manifest.ts";
import { LOAD_PAUSE_MS, MODEL_LOAD_LIMIT_MS, PROOF_LIMIT_MS, PROOF_PAUSE_MS } from "../../limits.ts";
import { type Attempts, createAttempts } from "./attempts.ts";

/** A version that the bucket named: what is known of it, and the tries to learn more. */
export interface Candidate {
  version: string;
  /** Its manifest, once that was read and found to make sense. */
  bundle: Bundle | undefined;
  /** Reads the manifest where requests wait for it, since nothing else can answer. */
  manifest: Attempts<Bundle>;
  /** Loads the version and lets it prove itself, in the background. A failure makes it a bad one until its pause is over. */
  proof: Attempts<void>;
  /** Whether all of its files were found whole in the bucket. */
  filesChecked: boolean;
  /** Whether it is being loaded in the place of the one that answers, which had to be let go for it. */
  inPlace: boolean;
}

/** Versions of a model that are remembered, the bad ones among them. */
const VERSIONS = 8;

/** The versions of one model, each made when it is first asked for. */
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

/** A candidate's bundle, read once. @throws BundleError when its manifest is missing, damaged, of another model or makes no sense */
export async function readBundle(bucket: R2Bucket, modelId: string, candidate: Candidate): Promise<Bundle> {
  if (candidate.bundle) return candidate.bundle;
  const { version } = candidate;
  const manifest = await readManifest(bucket, version);
  if (manifest.id !== modelId)
    throw new BundleError(`The pointer of model "${modelId}" names a manifest of model "${manifest.id}".`);
  candidate.bundle = { version, manifest };
  return candidate.bundle;
}

/** Reads every file of a candidate once and holds none. @throws BundleError when one is missing or damaged */
export async function checkFiles(bucket: R2Bucket, candidate: Candidate, { manifest }: Bundle): Promise<void> {
  if (candidate.filesChecked) return;
  for (const name of Object.keys(manifest.files)) await checkBlob(bucket, fileOf(manifest, name));
  candidate.filesChecked = true;
}
