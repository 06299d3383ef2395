import service from "../../src/index.ts";
import { faultyBucket } from "../../test/faults/bucket.ts";

/** How far a bucket in the region next door is: from a request to the first byte. */
const BUCKET_MS = 30;

/** The Worker, with each read of the bucket answered BUCKET_MS later than miniflare's own. */
export default {
  fetch(request, env, context) {
    const far = faultyBucket(env.MODELS, (key) => ({ key, kind: "slow", delayMs: BUCKET_MS }));
    return service.fetch(request, { ...env, MODELS: far }, context);
  },
} satisfies ExportedHandler<Env>;
