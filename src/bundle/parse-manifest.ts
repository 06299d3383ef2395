import { BundleError } from "./bundle-error.ts";
import { checkManifest } from "./check-manifest.ts";
import { type Manifest, manifestSchema } from "./manifest.ts";

/** Reads a manifest from its JSON. @throws BundleError if it is no manifest, has another format or is inconsistent */
export function parseManifest(text: string): Manifest {
  const parsed = manifestSchema.safeParse(parseJson(text));
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new BundleError(`The manifest is not valid: ${issue?.path.join(".")}: ${issue?.message}.`);
  }
  checkManifest(parsed.data);
  return parsed.data;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
