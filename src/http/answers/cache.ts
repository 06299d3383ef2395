import type { Context, TypedResponse } from "hono";
import { LRUCache } from "lru-cache";
import { sha256Hex } from "../../bundle/bucket.ts";
import type { Bundle } from "../../bundle/manifest.ts";
import {
  ANSWER_MAX_AGE_SECONDS,
  ANSWER_STALE_SECONDS,
  CACHE_API_MAX_AGE_SECONDS,
  RECENT_ANSWER_UTF16_UNITS,
  RECENT_ANSWERS_UTF16_UNITS,
} from "../../limits.ts";
import { engineOf } from "../../runtime/settings.ts";
import { isOn } from "../middleware/switches.ts";
import { shareInFlight } from "./in-flight.ts";

/** Raised whenever the same question to the same model is answered in other bytes; part of every key. */
const ANSWER_FORMAT = 2;

/** The name this cache goes by in Cache-Status (RFC 9211). */
const CACHE_NAME = "bertweet-edge";

/** Bodies that this isolate gave last, by the hash of their question. */
const recent = new LRUCache<string, string>({
  maxSize: RECENT_ANSWERS_UTF16_UNITS,
  maxEntrySize: RECENT_ANSWER_UTF16_UNITS,
  sizeCalculation: ({ length }) => length,
});

/** The body is JSON of T; Hono can't see it, since kept answers are passed on as bytes. */
type Answered<T> = Response & TypedResponse<T, 200, "json">;

export interface CachedQuestion {
  /** All that the answer depends on beside the model: the route and every option, defaults filled in; must survive JSON. */
  asked: unknown;
  /** What its answers may be purged by, beside the model and its version. */
  tag: string;
}

/**
 * Answers a question from this isolate's memory or the Cache API, or computes and keeps the answer. The key is a hash of the
 * question, the model's version and the engine that runs it (they round differently), so GET and POST share answers and no
 * answer outlives its model. Requests that ask the same at the same time share one computation.
 *
 * A GET also gets the key as its strong ETag (RFC 9110, 8.8.3), known before anything is computed: If-None-Match is
 * answered with 304 from the hash alone. A client that sends `Cache-Control: no-store` (RFC 9111, 5.2.1.5) has its answer
 * computed and kept by nobody, and so has one that said it in another way (`useCache` false). What `compute` throws is
 * nobody's to keep.
 */
export async function answerCached<T>(
  c: Context<{ Bindings: Env }>,
  bundle: Bundle,
  { asked, tag }: CachedQuestion,
  compute: () => Promise<T>,
  useCache = true,
): Promise<Answered<T>> {
  const digest = await sha256Hex(
    new TextEncoder().encode(JSON.stringify([ANSWER_FORMAT, bundle.version, engineOf(c.env, bundle.manifest), asked])),
  );
  const noStore = !useCache || /(^|[\s,])no-store([\s,]|$)/i.test(c.req.header("Cache-Control") ?? "");
  const etag = `"${digest.slice(0, 32)}"`;
  const kept = c.req.method === "POST" || noStore ? undefined : keptBy(c.env, bundle, tag, etag);
  const condition = kept && c.req.header("If-None-Match");
  const respond = (body: string | null, cacheStatus: string) => {
    const unchanged = body === null || condition === "*";
    return new Response(unchanged ? null : body, {
      status: unchanged ? 304 : 200,
      headers: { "Content-Type": "application/json", ...kept, "Cache-Status": `${CACHE_NAME}; ${cacheStatus}` },
    }) as Answered<T>;
  };

  if (noStore) return respond(JSON.stringify(await compute()), "fwd=request");
  if (condition && namesTag(condition, etag)) return respond(null, "hit; detail=validator");

  const remembered = recent.get(digest);
  if (remembered) return respond(remembered, "hit; detail=memory");

  const known = await caches.default.match(keyOf(digest));
  if (known) {
    const body = await known.text();
    recent.set(digest, body);
    return respond(body, "hit");
  }

  const answered = shareInFlight(digest, async () => JSON.stringify(await compute()));
  c.executionCtx.waitUntil(answered.then(({ body, own }) => (own ? keep(digest, body) : undefined), ignore));
  const { body, own } = await answered;
  return respond(body, `fwd=uri-miss; ${own ? "stored" : "collapsed"}`);
}

/** The Cache API's key of a question; it takes URLs alone. */
function keyOf(digest: string): string {
  return `https://answers.${CACHE_NAME}.invalid/${digest}`;
}

async function keep(digest: string, body: string): Promise<void> {
  recent.set(digest, body);
  const headers = { "Content-Type": "application/json", "Cache-Control": `max-age=${CACHE_API_MAX_AGE_SECONDS}` };
  await caches.default.put(keyOf(digest), new Response(body, { headers }));
}

/** A failed computation is told by the request that waits for it. */
function ignore(): void {}

/**
 * Headers by which others may keep an answer. `s-maxage` and `must-revalidate` are left out: they would forbid Cloudflare to
 * serve an answer while it revalidates. Where a key is asked for, only the client itself may keep what it was given.
 */
function keptBy(env: Env, { manifest, version }: Bundle, tag: string, etag: string): Record<string, string> {
  const freshness = `max-age=${ANSWER_MAX_AGE_SECONDS}, stale-while-revalidate=${ANSWER_STALE_SECONDS}`;
  if (isOn(env, "AUTH"))
    return { "Cache-Control": `private, ${freshness}`, ETag: etag, Vary: "Accept-Encoding, Authorization" };
  return {
    "Cache-Control": `public, ${freshness}`,
    "Cache-Tag": `model:${manifest.id},version:${version.slice(0, 16)},task:${tag}`,
    ETag: etag,
    Vary: "Accept-Encoding",
  };
}

/** Whether a list of entity tags holds `etag`, compared weakly (RFC 9110, 13.1.2). */
function namesTag(list: string, etag: string): boolean {
  return list.split(",").some((tag) => tag.trim().replace(/^W\//, "") === etag);
}
