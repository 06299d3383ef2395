import { z } from "zod";
import { BundleError } from "./bundle-error.ts";

const version = z.string().regex(/^[0-9a-f]{64}$/, "a SHA-256 in lower-case hex");

const pointerSchema = z.strictObject({
  version,
  canary: z.strictObject({ version, percent: z.number().gt(0).lt(100) }).optional(),
});

/** The object at `models/<id>`: the current version, and a canary that answers a share of the texts if there is one. */
export type Pointer = z.infer<typeof pointerSchema>;

/**
 * Reads a pointer: JSON of `Pointer`, or a bare SHA-256. A bare SHA-256 is a pointer without a canary, and stays valid for ever.
 *
 * @throws BundleError if it is neither
 */
export function parsePointer(text: string, modelId: string): Pointer {
  const trimmed = text.trim();
  if (version.safeParse(trimmed).success) return { version: trimmed };
  const parsed = pointerSchema.safeParse(parseJson(trimmed));
  if (!parsed.success) throw new BundleError(`The pointer of model "${modelId}" names no version.`);
  return parsed.data;
}

/** Writes a pointer. Without a canary it is a bare SHA-256, so that older readers understand it. */
export function formatPointer({ version, canary }: Pointer): string {
  return canary ? JSON.stringify({ version, canary }) : version;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
