import { app as service } from "../../src/app.ts";
import { faultyBucket } from "../../test/faults/bucket.ts";
import { DRAIN_PATH, FAR_BUCKET } from "./far_bucket.ts";

/** The Worker with a bucket that is far away. `DRAIN_PATH` and a key only reads that object. */
export default {
  async fetch(request, env, context) {
    const MODELS = faultyBucket(env.MODELS, (key) => ({ key, kind: "slow", shared: true, ...FAR_BUCKET }));
    const { pathname } = new URL(request.url);
    if (!pathname.startsWith(DRAIN_PATH)) return service.fetch(request, { ...env, MODELS }, context);
    const object = await MODELS.get(pathname.slice(DRAIN_PATH.length));
    await object?.body.pipeTo(new WritableStream());
    return new Response(null, { status: object ? 200 : 404 });
  },
} satisfies ExportedHandler<Env>;
