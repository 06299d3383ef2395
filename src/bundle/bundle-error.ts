/** A bundle in the bucket is missing something, or holds other bytes than its manifest promises. */
export class BundleError extends Error {}
