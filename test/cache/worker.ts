import { Hono } from "hono";
import { type CachedRequest, respondFromCache } from "../../src/http/answers/cache.ts";
import "../../src/http/middleware/room.ts";
import "../../src/http/middleware/facts.ts";

/** A test's request to the cache, as JSON in the header `Asked`. */
export interface Asked extends CachedRequest {
  /** Minimum length of the answer in characters. */
  length?: number;
  /** How long computing it takes. */
  computingMs?: number;
  /** Computing it fails. */
  fails?: boolean;
}

/** The computed answer: the number of answers so far, including this one. */
export interface Computed {
  computed: number;
}

let computed = 0;

const app = new Hono<{ Bindings: Env }>();
app.use(async (c, next) => {
  c.set("facts", {});
  c.set("client", c.req.raw.signal);
  await next();
});
app.all("/", (c) => {
  const { length = 0, computingMs = 0, fails = false, ...request }: Asked = JSON.parse(c.req.header("Asked") ?? "");
  return respondFromCache(c, request, async () => {
    computed++;
    await scheduler.wait(computingMs);
    if (fails) throw new Error("It could not be computed.");
    return { computed, padding: " ".repeat(length) };
  });
});

/** Only the answer cache, in the real runtime. The header `Vars` has variables of the service. */
export default {
  fetch: (request, env, ctx) =>
    app.fetch(request, { ...env, ENGINE: "ort", AUTH: "off", ...JSON.parse(request.headers.get("Vars") ?? "{}") }, ctx),
} satisfies ExportedHandler<Env>;
