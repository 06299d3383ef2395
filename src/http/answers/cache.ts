import type { Context, TypedResponse } from "hono";
import { LRUCache } from "lru-cache";
import { sha256Hex } from "../../bundle/bucket.ts";
import {
  ANSWER_MAX_AGE_SECONDS,
  ANSWER_STALE_SECONDS,
  CACHE_API_MAX_AGE_SECONDS,
  CACHE_READ_LIMIT_MS,
  CANARY_MAX_AGE_SECONDS,
  RECENT_ANSWER_UTF16_UNITS,
  RECENT_ANSWERS_UTF16_UNITS,
  RECENT_QUESTION_UTF16_UNITS,
  RECENT_QUESTIONS_UTF16_UNITS,
} from "../../limits.ts";
import { engineOf } from "../../runtime/engines.ts";
import type { AnsweringBundle } from "../../runtime/versions/index.ts";
import { inSpan } from "../../spans.ts";
import { TIMED_OUT, within } from "../../within.ts";
import type { RequestFacts } from "../metrics/sink.ts";
import { isOn } from "../middleware/switches.ts";
import { type Requester, shareInFlight } from "./in-flight.ts";

const utf8 = new TextEncoder();

/** Raised whenever the same question to the same model is answered in other bytes; part of every key. */
const ANSWER_FORMAT = 2;

/** The name of this cache in Cache-Status (RFC 9211). */
const CACHE_NAME = "bertweet-edge";

/** Bodies that this isolate gave last, by the hash of their question. */
const recent = new LRUCache<string, string>({
  maxSize: RECENT_ANSWERS_UTF16_UNITS,
  maxEntrySize: RECENT_ANSWER_UTF16_UNITS,
  sizeCalculation: ({ length }) => length,
});

/** The hashes of questions that were asked last: hashing takes longer than finding the answer. */
const digests = new LRUCache<string, string>({
  maxSize: RECENT_QUESTIONS_UTF16_UNITS,
  maxEntrySize: RECENT_QUESTION_UTF16_UNITS,
  sizeCalculation: (_, { length }) => length,
});

/** The body is JSON of T; Hono can't see it, since cached answers are passed on as bytes. */
type JsonResponse<T> = Response & TypedResponse<T, 200, "json">;

export interface CachedRequest {
  /** The version that answers each text. */
  bundles: readonly AnsweringBundle[];
  /** All that the answer depends on beside the model, defaults filled in; must survive JSON. */
  key: unknown;
  /** Cache tag of the answer, in addition to the tags of the model and its version. */
  tag: string;
  /** False: the cache is neither read nor written, as if the client had said `no-store`. */
  useCache: boolean;
}

/**
 * Responds from this isolate's memory or the Cache API, or computes the answer and keeps it. The key is a hash of the request, the
 * version of the model and the engine that runs it (engines round differently). So GET and POST share answers, and no answer
 * outlives its model. Requests that ask the same at the same time share one computation.
 *
 * A GET also gets the key as its strong ETag (RFC 9110, 8.8.3), known before anything is computed: If-None-Match is
 * answered with 304 from the hash alone. `Cache-Control: no-store` of the client (RFC 9111, 5.2.1.5) bypasses every cache. Errors
 * are never cached.
 *
 * @param compute is told whether somebody still waits for the answer
 */
export async function respondFromCache<T>(
  c: Context<{ Bindings: Env }>,
  { bundles, key, tag, useCache }: CachedRequest,
  compute: (isWanted: () => boolean) => Promise<T>,
): Promise<JsonResponse<T>> {
  addFacts(c.get("facts"), c.env, { bundles, tag });
  const signal = c.get("client");
  const noStore = !useCache || /(^|[\s,])no-store([\s,]|$)/i.test(c.req.header("Cache-Control") ?? "");
  const respond = (body: string | null, what: string, cacheStatus: string, { cacheable, condition }: Caching = {}) => {
    const unchanged = body === null || condition === "*";
    c.get("facts").cache = what;
    // Not Hono's newResponse, which sets one header after another: a hit has time for little.
    return new Response(unchanged ? null : body, {
      status: unchanged ? 304 : 200,
      headers: {
        "Content-Type": "application/json",
        ...cacheable,
        "Cache-Status": `${CACHE_NAME}; ${cacheStatus}`,
      },
    }) as JsonResponse<T>;
  };
  if (noStore) {
    const body = JSON.stringify(await compute(() => !signal.aborted));
    return respond(body, "bypass", "fwd=request");
  }

  const digest = await digestOf(c.env, bundles, key);
  const etag = `"${digest.slice(0, 32)}"`;
  const cacheTag = cacheTagOf(bundles, tag);
  const cacheable = c.req.method === "POST" ? undefined : cacheHeaders(c.env, bundles, cacheTag, etag);
  const condition = cacheable && c.req.header("If-None-Match");
  if (condition && namesTag(condition, etag)) return respond(null, "validator", "hit; detail=validator", { cacheable });

  const requester = { signal, waitUntil: (promise: Promise<unknown>) => c.executionCtx.waitUntil(promise) };
  const { body, what, status } = await keptOrComputed(digest, cacheTag, requester, compute);
  return respond(body, what, status, { cacheable, condition });
}

/** The headers by which others may keep an answer, and the client's If-None-Match. */
interface Caching {
  cacheable?: Record<string, string> | undefined;
  condition?: string | undefined;
}

function addFacts(facts: RequestFacts, env: Env, { bundles, tag }: Pick<CachedRequest, "bundles" | "tag">): void {
  const [first] = bundles as [AnsweringBundle];
  Object.assign(facts, { task: tag, model: first.manifest.id, version: first.version, engine: engineOf(env, first) });
}

/**
 * The same for whoever asks without HTTP: the body of the answer.
 *
 * @param requester of whom nobody can tell that the caller has left
 */
export async function answerFromCache<T>(
  env: Env,
  { bundles, key, tag }: CachedRequest,
  requester: Requester,
  facts: RequestFacts,
  compute: (isWanted: () => boolean) => Promise<T>,
): Promise<string> {
  const digest = await digestOf(env, bundles, key);
  addFacts(facts, env, { bundles, tag });
  const { body, what } = await keptOrComputed(digest, cacheTagOf(bundles, tag), requester, compute);
  facts.cache = what;
  return body;
}

/** An answer's body, what became of it, and how Cache-Status tells it. */
interface Found {
  body: string;
  what: "hit" | "stored" | "collapsed";
  status: string;
}

async function keptOrComputed<T>(
  digest: string,
  cacheTag: string,
  requester: Requester,
  compute: (isWanted: () => boolean) => Promise<T>,
): Promise<Found> {
  const remembered = recent.get(digest);
  if (remembered) return { body: remembered, what: "hit", status: "hit; detail=memory" }; // without a span, which takes as long as the rest
  const kept = await inSpan("cache", {}, async (span) => {
    const found = await lookUp(digest);
    span.setAttributes({ cache: found === undefined ? "none" : "cache-api" });
    return found;
  });
  if (kept) return { body: kept, what: "hit", status: "hit" };

  const { body, own } = await shareInFlight(digest, requester, async (isWanted) =>
    JSON.stringify(await compute(isWanted)),
  );
  if (own) requester.waitUntil(keep(digest, cacheTag, body));
  const what = own ? "stored" : "collapsed";
  return { body, what, status: `fwd=uri-miss; ${what}` };
}

/** During a canary, two versions may answer the texts of one request. */
async function digestOf(env: Env, bundles: readonly AnsweringBundle[], key: unknown): Promise<string> {
  const answering = bundles.map((bundle) => [bundle.version, engineOf(env, bundle)]);
  const [first] = answering as [string[]];
  const same = answering.every(([version]) => version === first[0]);
  const question = JSON.stringify([ANSWER_FORMAT, ...(same ? first : [answering]), key]);
  const known = digests.get(question);
  if (known) return known;
  const digest = await sha256Hex(utf8.encode(question));
  digests.set(question, digest);
  return digest;
}

/** The Cache API's key of a question. The Cache API accepts only URLs. */
function keyOf(digest: string): string {
  return `https://answers.${CACHE_NAME}.invalid/${digest}`;
}

/** The answer that the Cache API has. This isolate remembers it from then on. */
async function lookUp(digest: string): Promise<string | undefined> {
  const known = await within(caches.default.match(keyOf(digest)), CACHE_READ_LIMIT_MS);
  if (!known || known === TIMED_OUT) return undefined;
  const body = await known.text();
  recent.set(digest, body);
  return body;
}

async function keep(digest: string, cacheTag: string, body: string): Promise<void> {
  recent.set(digest, body);
  const headers = {
    "Content-Type": "application/json",
    "Cache-Control": `max-age=${CACHE_API_MAX_AGE_SECONDS}`,
    "Cache-Tag": cacheTag,
  };
  await caches.default.put(keyOf(digest), new Response(body, { headers }));
}

/** The value of the answer's Cache-Tag header. */
function cacheTagOf(bundles: readonly AnsweringBundle[], tag: string): string {
  const id = bundles[0]?.manifest.id;
  const versions = [...new Set(bundles.map(({ version }) => `version:${version.slice(0, 16)}`))];
  return [`model:${id}`, ...versions, `task:${tag}`].join(",");
}

/**
 * Headers that let browsers and CDNs cache an answer. `s-maxage` and `must-revalidate` are left out, because they would forbid Cloudflare to
 * serve stale answers while it revalidates. With AUTH on, only the client itself may cache its answers. During a canary, `max-age` is
 * short, because the canary may stop at any time.
 */
function cacheHeaders(
  env: Env,
  bundles: readonly AnsweringBundle[],
  cacheTag: string,
  etag: string,
): Record<string, string> {
  const freshness = bundles.some(({ canaryRunning }) => canaryRunning)
    ? `max-age=${CANARY_MAX_AGE_SECONDS}`
    : `max-age=${ANSWER_MAX_AGE_SECONDS}, stale-while-revalidate=${ANSWER_STALE_SECONDS}`;
  if (isOn(env, "AUTH"))
    return { "Cache-Control": `private, ${freshness}`, ETag: etag, Vary: "Accept-Encoding, Authorization" };
  return { "Cache-Control": `public, ${freshness}`, "Cache-Tag": cacheTag, ETag: etag, Vary: "Accept-Encoding" };
}

/** Whether a list of entity tags holds `etag`, compared weakly (RFC 9110, 13.1.2). */
function namesTag(list: string, etag: string): boolean {
  return list.split(",").some((tag) => tag.trim().replace(/^W\//, "") === etag);
}
