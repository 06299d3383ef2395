/** A bundle in the bucket is incomplete, or its bytes differ from its manifest. */
export class BundleError extends Error {}
