import { createHash } from "node:crypto";
import { OpenAIEmbeddings } from "@langchain/openai";
import OpenAI, { APIError, AuthenticationError, NotFoundError } from "openai";
import { describe, expect, test } from "vitest";
import { startService, useService } from "./service.ts";

const TEXTS = ["What a lovely day 🙃", "so happy for you both!!"];

describe("on the service", () => {
  const { get, post, url } = useService();
  const client = () => new OpenAI({ baseURL: url("/v1"), apiKey: "none", maxRetries: 0 });
  const model = "bertweet-mini";

  const vectorsOf = async (texts: string[]) => {
    const body = { texts, normalize: true, truncation: "window" };
    const { results } = (await (await post("/v1/embed", body)).json()) as {
      results: { embedding: number[]; tokens: { total: number } }[];
    };
    return results;
  };

  const refusal = async (asked: Promise<unknown>) => {
    const error = await asked.then(
      () => undefined,
      (reason: unknown) => reason,
    );
    expect(error).toBeInstanceOf(APIError);
    const { status, type, param, code, message } = error as APIError;
    return { status, type, param, code, message };
  };

  describe("the openai package", () => {
    test("gets what /v1/embed gives, of length 1, in either format", async () => {
      const expected = await vectorsOf(TEXTS);
      const floats = await client().embeddings.create({ model, input: TEXTS, encoding_format: "float" });
      expect(floats.data.map(({ embedding }) => embedding)).toEqual(expected.map(({ embedding }) => embedding));
      expect(floats).toMatchObject({ object: "list", model });
      expect(floats.data.map(({ object, index }) => ({ object, index }))).toEqual([
        { object: "embedding", index: 0 },
        { object: "embedding", index: 1 },
      ]);
      const tokens = expected.reduce((sum, { tokens: { total } }) => sum + total, 0);
      expect(floats.usage).toEqual({ prompt_tokens: tokens, total_tokens: tokens });
      for (const { embedding } of floats.data) expect(Math.hypot(...embedding)).toBeCloseTo(1, 5);

      const { data } = await client().embeddings.create({ model, input: TEXTS });
      expect(data.map(({ embedding }) => [...embedding])).toEqual(expected.map(({ embedding }) => embedding));
    });

    test("gets the same of one text as of a list with it", async () => {
      const [input = ""] = TEXTS;
      const one = await client().embeddings.create({ model, input });
      expect(one).toEqual(await client().embeddings.create({ model, input: [input] }));
      expect(one).toEqual(await client().embeddings.create({ model, input, dimensions: 384, user: "someone" }));
    });

    test("gets the vector of a whole long text", async () => {
      const input = "so much to see in Rome ".repeat(60).trim();
      const [expected] = await vectorsOf([input]);
      const { data, usage } = await client().embeddings.create({ model, input, encoding_format: "float" });
      expect(data[0]?.embedding).toEqual(expected?.embedding);
      expect(usage.total_tokens).toBe(expected?.tokens.total);
    });

    test.each([
      ["another model", { model: "text-embedding-3-small", input: "a" }, 404, "model", "model_not_found"],
      ["other dimensions", { model, input: "a", dimensions: 64 }, 400, "dimensions", "invalid-request"],
      ["token ids", { model, input: [15339, 1917] }, 400, "input", "invalid-request"],
      ["token ids by the hundred", { model, input: Array(500).fill(15339) }, 400, "input", "invalid-request"],
      ["token ids by the hundred thousand", { model, input: Array(400_000).fill(1) }, 400, "input", "invalid-request"],
      ["300,000 numbers behind a text", { input: ["a", ...Array(300_000).fill(1)] }, 413, "input", "batch-too-large"],
      ["lists of token ids", { model, input: [[15339, 1917], [9906]] }, 400, "input", "invalid-request"],
      ["an empty text", { model, input: "" }, 400, "input", "invalid-request"],
      ["a text that is too long", { model, input: ["a", "b".repeat(20_001)] }, 413, "input[1]", "text-too-long"],
      ["too many texts", { model, input: Array(65).fill("a") }, 413, "input", "batch-too-large"],
    ])("throws its own error for %s", async (_, body, status, param, code) => {
      const error = await refusal(client().embeddings.create(body as OpenAI.EmbeddingCreateParams));
      expect(error.message.length).toBeLessThan(1_000);
      expect(error).toMatchObject({ status, code, type: "invalid_request_error" });
      expect(error.param).toBe(code === "model_not_found" ? null : param);
    });

    test("is told what to do instead", async () => {
      const ofIds = await refusal(client().embeddings.create({ model, input: [1, 2] }));
      expect(ofIds.message).toMatch(/Send texts.*check_embedding_ctx_length=False/);
      const ofDimensions = await refusal(client().embeddings.create({ model, input: "a", dimensions: 64 }));
      expect(ofDimensions.message).toMatch(/384 dimensions/);
      await expect(client().embeddings.create({ model: "gpt", input: "a" })).rejects.toBeInstanceOf(NotFoundError);
    });
  });

  test("the openai package lists the models", async () => {
    const { data: listed } = await client().models.list();
    expect(listed.map(({ id, object }) => ({ id, object }))).toEqual([{ id: model, object: "model" }]);
    expect(await client().models.retrieve(model)).toMatchObject({ id: model });
  });

  test("LangChain's OpenAIEmbeddings gets vectors of documents and of a query", async () => {
    const embeddings = new OpenAIEmbeddings({
      model,
      apiKey: "none",
      batchSize: 64,
      configuration: { baseURL: url("/v1") },
    });
    const documents = Array.from({ length: 70 }, (_, number) => `document number ${number}`);
    const vectors = await embeddings.embedDocuments(documents);
    const expected = await vectorsOf(documents.slice(0, 64));
    expect(vectors).toHaveLength(70);
    expect(vectors.slice(0, 64)).toEqual(expected.map(({ embedding }) => embedding));
    expect(await embeddings.embedQuery("document number 3")).toEqual(vectors[3]);
  });

  test("an answer is kept inside, and a POST may be kept by nobody else", async () => {
    const ask = () => post("/v1/embeddings", { input: "kept once" });
    expect((await ask()).headers.get("Cache-Status")).toBe("bertweet-edge; fwd=uri-miss; stored");
    const { headers } = await ask();
    expect(headers.get("Cache-Status")).toBe("bertweet-edge; hit; detail=memory");
    expect(headers.get("Cache-Control")).toBe("no-store");
  });

  test.each<[string, string, string | undefined, string, number, string]>([
    ["no JSON", "POST", "{", "application/json", 400, "not-json"],
    ["another type", "POST", "input=a", "application/x-www-form-urlencoded", 415, "unsupported-media-type"],
    ["an unknown option", "POST", '{"input":"a","inputs":"b"}', "application/json", 400, "unknown-option"],
    ["another method", "GET", undefined, "application/json", 405, "method-not-allowed"],
    ["more work than one request may ask for", "POST", work(), "application/json", 422, "too-much-work"],
  ])("%s is refused in OpenAI's shape", async (_, method, body, type, status, code) => {
    const response = await get("/v1/embeddings", { method, body, headers: { "Content-Type": type } });
    expect(response.status).toBe(status);
    expect(response.headers.get("Content-Type")).toBe("application/json");
    expect(response.headers.get("Cache-Control")).toBe("no-store");
    expect(await response.json()).toEqual({
      error: {
        message: expect.any(String),
        type: "invalid_request_error",
        param: code === "unknown-option" ? "inputs" : null,
        code,
      },
    });
  });

  function work(): string {
    return JSON.stringify({ input: Array(20).fill("so much to see in Rome ".repeat(100)) });
  }
});

describe("with AUTH and RATE_LIMIT on", () => {
  const key = "openai-key";
  const service = startService({
    seeded: true,
    vars: { AUTH: "on", RATE_LIMIT: "on", CORS_ORIGINS: "https://app.example" },
    secrets: { API_KEY_HASHES: createHash("sha256").update(key).digest("hex") },
  });
  const client = (apiKey: string) => new OpenAI({ baseURL: service.url("/v1"), apiKey, maxRetries: 0 });
  const ask = (apiKey: string, input: string[]) => client(apiKey).embeddings.create({ model: "bertweet-mini", input });

  test("the client's key is the service's", async () => {
    expect((await ask(key, ["a"])).data).toHaveLength(1);
    const error = await ask("another", ["a"]).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(AuthenticationError);
    expect(error).toMatchObject({ status: 401, code: "invalid_api_key" });
  });

  test("a page of a listed origin may send what the client sends", async () => {
    const sent: Headers[] = [];
    const fetch = (url: string | URL | Request, init?: RequestInit) => {
      sent.push(new Headers(init?.headers));
      return globalThis.fetch(url, init);
    };
    const options = { baseURL: service.url("/v1"), apiKey: key, maxRetries: 0, timeout: 30_000, fetch };
    await new OpenAI(options).embeddings.create({ model: "bertweet-mini", input: "a" });
    const names = [...(sent[0]?.keys() ?? [])].filter((name) => !["accept", "content-length"].includes(name));
    expect(names).toContain("x-stainless-lang");
    const { headers } = await service.get("/v1/embeddings", {
      method: "OPTIONS",
      headers: {
        Origin: "https://app.example",
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": names.join(),
      },
    });
    const allowed = headers.get("Access-Control-Allow-Headers")?.toLowerCase().split(",") ?? [];
    expect(names.filter((name) => !allowed.includes(name))).toEqual([]);
  });

  test("the texts of a list are counted against the client's rate", async () => {
    const error = await (async () => {
      for (let round = 0; round < 60; round++)
        await ask(
          key,
          Array.from({ length: 32 }, (_, each) => `${round} ${each}`),
        );
    })().catch((reason: unknown) => reason);
    expect(error).toMatchObject({ status: 429, code: "rate_limit_exceeded", type: "rate_limit_error" });
    expect((error as APIError).headers?.get("Retry-After")).toBe("60");
  });
});
