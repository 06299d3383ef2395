import { describe, expect, test } from "vitest";
import { inNode, startService } from "./service.ts";

const { get, post } = startService({ seeded: true });

const path = "/v1/sentiment?text=the%20new%20album%20is%20out";

describe("GET", () => {
  test("an answer may be kept by anybody and says by what it is known", async () => {
    const { headers } = await get(path);
    expect(headers.get("Cache-Control")).toBe("public, max-age=3600, stale-while-revalidate=86400");
    expect(headers.get("ETag")).toMatch(/^"[0-9a-f]{32}"$/);
    expect(headers.get("Vary")).toBe("Accept-Encoding");
  });

  test("the same question is answered from the cache, in the same bytes", async () => {
    const question = "/v1/irony?text=oh%20great,%20monday";
    const first = await get(question);
    expect(first.headers.get("Cache-Status")).toBe("bertweet-edge; fwd=uri-miss; stored");
    const second = await get(question);
    expect(second.headers.get("Cache-Status")).toBe("bertweet-edge; hit; detail=memory");
    expect(await second.text()).toBe(await first.text());
    expect(second.headers.get("ETag")).toBe(first.headers.get("ETag"));
  });

  test("a URL that was answered before still takes no other method, and answers HEAD", async () => {
    const question = "/v1/hate?text=known%20by%20its%20url";
    const { status, headers } = await get(question);
    expect(status).toBe(200);
    expect((await get(question, { method: "PUT" })).status).toBe(405);
    expect((await post(question, { text: "of the body" })).headers.get("Cache-Status")).toMatch(/stored$/);
    const head = await get(question, { method: "HEAD" });
    expect([head.status, head.headers.get("ETag"), await head.text()]).toEqual([200, headers.get("ETag"), ""]);
  });

  test("a request that was refused before is refused again", async () => {
    for (const [query, expected] of [
      ["text=refused&top_k=0", 400],
      ["text=refused&offsets=utf8", 422],
      ["text=refused&model=none", 404],
    ])
      for (let n = 0; n < 2; n++) expect((await get(`/v1/sentiment?${query}`)).status, `${query}`).toBe(expected);
  });

  test("another text, task or option has another ETag", async () => {
    const paths = [path, `${path}!`, path.replace("sentiment", "irony"), `${path}&top_k=1`, `${path}&truncation=error`];
    const tags = await Promise.all(paths.map(async (each) => (await get(each)).headers.get("ETag")));
    expect(new Set(tags).size).toBe(paths.length);
  });

  test("an option that is given its default has the same ETag", async () => {
    const plain = (await get(path)).headers.get("ETag");
    expect((await get(`${path}&truncation=truncate`)).headers.get("ETag")).toBe(plain);
  });

  test.each([(etag: string) => etag, (etag: string) => `W/${etag}`, (etag: string) => `"other", ${etag}`, () => "*"])(
    "If-None-Match that names the answer gets 304 with its headers (%#)",
    async (asHeader) => {
      const etag = (await get(path)).headers.get("ETag") as string;
      const response = await get(path, { headers: { "If-None-Match": asHeader(etag) } });
      expect(response.status).toBe(304);
      expect(await response.text()).toBe("");
      expect(response.headers.get("ETag")).toBe(etag);
      expect(response.headers.get("Cache-Control")).toContain("max-age=3600");
    },
  );

  test("If-None-Match that names another answer gets the answer", async () => {
    expect((await get(path, { headers: { "If-None-Match": '"0"' } })).status).toBe(200);
  });

  test("HEAD has the headers of GET and no body", async () => {
    const response = await get(path, { method: "HEAD" });
    expect(response.headers.get("ETag")).toBe((await get(path)).headers.get("ETag"));
    expect(await response.text()).toBe("");
  });
});

test("an answer too long for the isolate's memory comes from the Cache API", async () => {
  const body = { texts: Array.from({ length: 8 }, (_, n) => `${n} times as long`) };
  const first = await post("/v1/embed", body);
  const second = await post("/v1/embed", body);
  expect(second.headers.get("Cache-Status")).toBe("bertweet-edge; hit");
  expect(await second.text()).toBe(await first.text());
});

test("an answer may be purged by model, by version and by task", async () => {
  const { version } = ((await (await get("/v1/models")).json()) as { models: { version: string }[] }).models[0] ?? {};
  const tags = (each: string) => get(each).then(({ headers }) => headers.get("Cache-Tag")?.split(","));
  expect(await tags(path)).toEqual(["model:bertweet-mini", `version:${version?.slice(0, 16)}`, "task:sentiment"]);
  expect((await tags("/v1/pos?text=hi&scheme=ark"))?.at(-1)).toBe("task:pos/ark");
  expect((await tags("/v1/analyze?text=hi"))?.at(-1)).toBe("task:analyze");
});

test("a client that sends no-store has its answer kept by nobody", async () => {
  const question = "/v1/sentiment?text=between%20us";
  const headers = { "Cache-Control": "no-store" };
  for (const response of [await get(question, { headers }), await get(question, { headers })]) {
    expect(response.headers.get("Cache-Status")).toBe("bertweet-edge; fwd=request");
    expect(response.headers.get("Cache-Control")).toBe("no-store");
    expect(response.headers.get("ETag")).toBeNull();
  }
  expect((await get(question)).headers.get("Cache-Status")).toBe("bertweet-edge; fwd=uri-miss; stored");
});

// Each thread of `bertweet-edge serve` computes for itself.
test.skipIf(inNode)("requests that ask the same at the same time share one computation", async () => {
  const texts = Array.from({ length: 8 }, (_, n) => `said ${n} times at once`);
  const responses = await Promise.all(Array.from({ length: 6 }, () => post("/v1/sentiment", { texts })));
  const statuses = responses.map(({ headers }) => headers.get("Cache-Status"));
  expect(statuses.filter((status) => status === "bertweet-edge; fwd=uri-miss; stored")).toHaveLength(1);
  expect(statuses).toContain("bertweet-edge; fwd=uri-miss; collapsed");
  const bodies = await Promise.all(responses.map((response) => response.text()));
  expect(new Set(bodies).size).toBe(1);
});

describe("POST", () => {
  test("an answer is kept inside but by nobody else", async () => {
    const body = { texts: ["kept once", "asked twice"] };
    const first = await post("/v1/sentiment", body);
    expect(first.headers.get("Cache-Control")).toBe("no-store");
    expect(first.headers.get("Cache-Status")).toBe("bertweet-edge; fwd=uri-miss; stored");
    expect((await post("/v1/sentiment", body)).headers.get("Cache-Status")).toBe("bertweet-edge; hit; detail=memory");
  });

  test("it shares its answers with GET", async () => {
    await get("/v1/sentiment?text=shared&top_k=2");
    const response = await post("/v1/sentiment", { text: "shared", top_k: 2 });
    expect(response.headers.get("Cache-Status")).toBe("bertweet-edge; hit; detail=memory");
  });
});

test.each(["/healthz", "/readyz", "/v1/models", "/v1/nothing"])("%s is not to be stored", async (each) => {
  expect((await get(each)).headers.get("Cache-Control")).toBe("no-store");
});
