import type { Context, TypedResponse } from "hono";
import { sha256Hex } from "../bundle/bucket.ts";
import type { Bundle } from "../bundle/manifest.ts";
import { ANSWER_MAX_AGE_SECONDS, ANSWER_STALE_SECONDS, CACHE_API_MAX_AGE_SECONDS } from "../limits.ts";

/** Raised whenever the same question to the same model is answered in other bytes; part of every key. */
const ANSWER_FORMAT = 1;

/** The name this cache goes by in Cache-Status (RFC 9211). */
const CACHE_NAME = "bertweet-edge";

/** The body is JSON of T; Hono can't see it, since kept answers are passed on as bytes. */
type Answered<T> = Response & TypedResponse<T, 200, "json">;

/**
 * Answers a question from the Cache API, or computes and keeps the answer. The key is a hash of the question, with its
 * defaults filled in, the model's version and the engine that runs it (they round differently), so GET and POST share answers
 * and no answer outlives its model.
 *
 * A GET also gets the key as its strong ETag (RFC 9110, 8.8.3), known before anything is computed: If-None-Match is
 * answered with 304 from the hash alone. What `compute` throws is nobody's to keep.
 *
 * @param question the route and every option that the answer depends on; must survive JSON
 */
export async function answerCached<T>(
  c: Context<{ Bindings: Env }>,
  { version }: Bundle,
  question: unknown,
  compute: () => Promise<T>,
): Promise<Answered<T>> {
  const digest = await sha256Hex(
    new TextEncoder().encode(JSON.stringify([ANSWER_FORMAT, version, c.env.ENGINE, question])),
  );
  const shared = c.req.method === "POST" ? undefined : sharedHeaders(`"${digest.slice(0, 32)}"`);
  const asked = shared && c.req.header("If-None-Match");
  const respond = (body: string | ReadableStream | null, cacheStatus: string) =>
    new Response(body, {
      status: body === null ? 304 : 200,
      headers: { "Content-Type": "application/json", ...shared, "Cache-Status": `${CACHE_NAME}; ${cacheStatus}` },
    }) as Answered<T>;

  if (asked && namesTag(asked, shared.ETag)) return respond(null, "hit; detail=validator");

  const key = new Request(`https://answers.${CACHE_NAME}.invalid/${digest}`);
  const kept = await caches.default.match(key);
  if (kept) return respond(asked === "*" ? null : kept.body, "hit");

  const body = JSON.stringify(await compute());
  const keep = { "Content-Type": "application/json", "Cache-Control": `max-age=${CACHE_API_MAX_AGE_SECONDS}` };
  c.executionCtx.waitUntil(caches.default.put(key, new Response(body, { headers: keep })));
  return respond(asked === "*" ? null : body, "fwd=uri-miss; stored");
}

/** `s-maxage` and `must-revalidate` are left out: they would forbid Cloudflare to serve an answer while it revalidates. */
function sharedHeaders(etag: string) {
  return {
    "Cache-Control": `public, max-age=${ANSWER_MAX_AGE_SECONDS}, stale-while-revalidate=${ANSWER_STALE_SECONDS}`,
    ETag: etag,
    Vary: "Accept-Encoding",
  };
}

/** Whether a list of entity tags holds `etag`, compared weakly (RFC 9110, 13.1.2). */
function namesTag(list: string, etag: string): boolean {
  return list.split(",").some((tag) => tag.trim().replace(/^W\//, "") === etag);
}
