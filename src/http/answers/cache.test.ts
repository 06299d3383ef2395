import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createTestHarness } from "wrangler";
import type { Asked, Computed } from "../../../test/cache/worker.ts";
import { RECENT_ANSWER_UTF16_UNITS } from "../../limits.ts";
import type { AnsweringBundle } from "../../runtime/versions/index.ts";

const config = { name: "cache", main: "test/cache/worker.ts", compatibility_date: "2026-11-17" };
const server = createTestHarness({ workers: [{ config }] });
beforeAll(() => server.listen());
afterAll(() => server.close());

const bundle = (version: string, canaryRunning = false) =>
  ({ version: version.repeat(64), canaryRunning, manifest: { id: "model", engine: "ort" } }) as AnsweringBundle;

let questions = 0;

/** A question that was not asked before. */
const newQuestion = (): Asked => ({ bundles: [bundle("a")], key: { text: ++questions }, tag: "irony", useCache: true });

/** Asks the cache. `vars` are variables of the service. */
async function ask(asked: Asked, init: { method?: string; headers?: Record<string, string> } = {}, vars = {}) {
  const headers = { ...init.headers, Asked: JSON.stringify(asked), Vars: JSON.stringify(vars) };
  const response = await server.fetch("/", { ...init, headers });
  const body = await response.text();
  return {
    status: response.status,
    body,
    computed: body.startsWith("{") ? (JSON.parse(body) as Computed).computed : undefined,
    cache: response.headers.get("Cache-Status")?.replace("bertweet-edge; ", ""),
    header: (name: string) => response.headers.get(name),
    etag: response.headers.get("ETag") ?? "",
  };
}

describe("a question that is asked again", () => {
  test("is answered from memory, in the same bytes", async () => {
    const question = newQuestion();
    const first = await ask(question);
    expect(first).toMatchObject({ status: 200, cache: "fwd=uri-miss; stored" });
    const second = await ask(question);
    expect(second).toMatchObject({ status: 200, cache: "hit; detail=memory", body: first.body, etag: first.etag });
    expect(second.header("Content-Type")).toBe("application/json");
  });

  test("is answered from the Cache API if its answer is too long for memory", async () => {
    const question = { ...newQuestion(), length: RECENT_ANSWER_UTF16_UNITS };
    const first = await ask(question);
    for (let n = 0; n < 2; n++) expect(await ask(question)).toMatchObject({ cache: "hit", body: first.body });
  });

  test("by POST shares the answer of GET, and its response says no-store", async () => {
    const question = newQuestion();
    const first = await ask(question);
    const posted = await ask(question, { method: "POST" });
    expect(posted).toMatchObject({ cache: "hit; detail=memory", body: first.body, etag: "" });
    for (const name of ["Cache-Control", "Cache-Tag", "Vary"]) expect(posted.header(name)).toBeNull();
  });

  test("at the same time is computed once", async () => {
    const question = { ...newQuestion(), computingMs: 300 };
    const answers = await Promise.all([1, 2, 3].map(() => ask(question)));
    expect(new Set(answers.map(({ body }) => body)).size).toBe(1);
    expect(answers.map(({ cache }) => cache).sort()).toEqual([
      "fwd=uri-miss; collapsed",
      "fwd=uri-miss; collapsed",
      "fwd=uri-miss; stored",
    ]);
  });

  test("is computed again where it failed", async () => {
    const question = newQuestion();
    expect((await ask({ ...question, fails: true })).status).toBe(500);
    expect(await ask(question)).toMatchObject({ status: 200, cache: "fwd=uri-miss; stored" });
  });
});

describe("another question", () => {
  const question = newQuestion();

  test.each<[string, Asked, object]>([
    ["by its options", { ...question, key: { text: "other" } }, {}],
    ["to another version", { ...question, bundles: [bundle("b")] }, {}],
    ["to another engine", question, { ENGINE: "simd" }],
    ["to two versions at once", { ...question, bundles: [bundle("a"), bundle("b")] }, {}],
    ["to the same two in another order", { ...question, bundles: [bundle("b"), bundle("a")] }, {}],
  ])("%s is never answered by this one's answer", async (_, other, vars) => {
    const first = await ask(question);
    const { etag, cache } = await ask(other, {}, vars);
    expect(etag).not.toBe(first.etag);
    expect(cache).toBe("fwd=uri-miss; stored");
  });

  test("is the same for several texts of one version, and for any cache tag", async () => {
    const { etag } = await ask(question);
    expect((await ask({ ...question, bundles: [bundle("a"), bundle("a")] })).etag).toBe(etag);
    expect((await ask({ ...question, tag: "other" })).etag).toBe(etag);
  });
});

describe("a request past the cache", () => {
  test.each<[string, object, Record<string, string>]>([
    ["says no-store", {}, { "Cache-Control": "no-store" }],
    ["says no-store among others", {}, { "Cache-Control": "max-age=0, No-Store" }],
    ["says so in its body", { useCache: false }, {}],
  ])("%s: neither read nor kept", async (_, changed, headers) => {
    const question = newQuestion();
    const kept = await ask(question);
    const past = await ask({ ...question, ...changed }, { headers });
    expect(past).toMatchObject({ cache: "fwd=request", etag: "" });
    expect(past.computed).toBe((kept.computed as number) + 1);
    expect(past.header("Cache-Control")).toBeNull();
    expect((await ask(question)).body).toBe(kept.body);
  });

  test("is not one that says something else", async () => {
    const question = newQuestion();
    await ask(question);
    const headers = { "Cache-Control": "no-cache, x-no-store-x" };
    expect((await ask(question, { headers })).cache).toBe("hit; detail=memory");
  });
});

describe("If-None-Match", () => {
  const conditional = (question: Asked, etag: string) => ask(question, { headers: { "If-None-Match": etag } });

  test("that names the answer is 304 by the hash alone, in any form of the tag", async () => {
    const question = newQuestion();
    const { etag } = await ask(question, { headers: { "If-None-Match": '"0"' } });
    for (const list of [etag, `W/${etag}`, `"other" , ${etag}`]) {
      const response = await conditional(question, list);
      expect(response).toMatchObject({ status: 304, body: "", etag, cache: "hit; detail=validator" });
    }
  });

  test("that names another answer gets the answer", async () => {
    expect((await conditional(newQuestion(), '"0"')).status).toBe(200);
  });

  test("* is 304 once there is an answer", async () => {
    const question = newQuestion();
    expect(await conditional(question, "*")).toMatchObject({ status: 304, cache: "fwd=uri-miss; stored" });
    expect(await conditional(question, "*")).toMatchObject({ status: 304, cache: "hit; detail=memory" });
  });

  test("of a POST counts for nothing", async () => {
    const question = newQuestion();
    const { etag } = await ask(question);
    const posted = await ask(question, { method: "POST", headers: { "If-None-Match": etag } });
    expect(posted.status).toBe(200);
  });
});

describe("who else may keep an answer", () => {
  test("anybody, and purge it by model, version and task", async () => {
    const { header } = await ask(newQuestion());
    expect(header("Cache-Control")).toBe("public, max-age=3600, stale-while-revalidate=86400");
    expect(header("Cache-Tag")).toBe("model:model,version:aaaaaaaaaaaaaaaa,task:irony");
    expect(header("Vary")).toBe("Accept-Encoding");
  });

  test("the client alone where a key is asked for", async () => {
    const { header } = await ask(newQuestion(), {}, { AUTH: "on" });
    expect(header("Cache-Control")).toBe("private, max-age=3600, stale-while-revalidate=86400");
    expect(header("Cache-Tag")).toBeNull();
    expect(header("Vary")).toBe("Accept-Encoding, Authorization");
  });

  test("shortly while a canary runs, and purged by both versions", async () => {
    const { header } = await ask({ ...newQuestion(), bundles: [bundle("a", true), bundle("b", true)] });
    expect(header("Cache-Control")).toBe("public, max-age=60");
    expect(header("Cache-Tag")).toBe("model:model,version:aaaaaaaaaaaaaaaa,version:bbbbbbbbbbbbbbbb,task:irony");
  });
});
