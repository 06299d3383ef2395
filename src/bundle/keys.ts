/** R2 key of the pointer to a model's current version. A release writes the pointer last. */
export function pointerKey(modelId: string): string {
  return `models/${modelId}`;
}

/** R2 key of a file, by the hash of its content. The object never changes. */
export function blobKey(sha256: string): string {
  return `blobs/${sha256}`;
}
