/** R2 key of the pointer that names a model's current version; it is written last, after all it leads to. */
export function pointerKey(modelId: string): string {
  return `models/${modelId}`;
}

/** R2 key of a file, by its content: what lies there never changes. */
export function blobKey(sha256: string): string {
  return `blobs/${sha256}`;
}
