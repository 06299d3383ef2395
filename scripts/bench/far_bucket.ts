/** A bucket in the next region: its delay until the first byte, and the bandwidth of all reads together. */
export const FAR_BUCKET = { delayMs: 30, bytesPerSecond: 50_000_000 };

/** A path prefix: the Worker only reads the object whose key follows, to its end. */
export const DRAIN_PATH = "/__drain/";
