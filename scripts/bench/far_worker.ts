import service from "../../src/index.ts";

/** How far a bucket in the region next door is: from a request to the first byte. */
const BUCKET_MS = 30;

/** The Worker, with each read of the bucket answered BUCKET_MS later than miniflare's own. */
export default {
  fetch(request, env, context) {
    const get = async (key: string, options?: R2GetOptions) => {
      await scheduler.wait(BUCKET_MS);
      return env.MODELS.get(key, options);
    };
    return service.fetch(request, { ...env, MODELS: { get } as R2Bucket }, context);
  },
} satisfies ExportedHandler<Env>;
