import { createHash } from "node:crypto";
import { InferenceClient } from "@huggingface/inference";
import { describe, expect, test } from "vitest";
import { version } from "../../package.json";
import { inNode, startService, useService } from "./service.ts";

interface LabelScore {
  label: string;
  score: number;
}

const LONG = "so much to see in Rome ".repeat(60).trim();

describe("on the service", () => {
  const { get, post, url } = useService();
  const VECTORS = "/tei/bertweet-mini";
  const LABELS = `${VECTORS}/sentiment`;

  const ask = async <T>(path: string, body: object) => (await (await post(path, body)).json()) as T;
  const embed = (body: object) => ask<number[][]>(`${VECTORS}/embed`, body);
  const predict = <T = LabelScore[]>(body: object) => ask<T>(`${LABELS}/predict`, body);

  describe("/embed", () => {
    test("gives the vectors of /v1/embed, of length 1 unless normalize is false", async () => {
      const texts = ["so happy", "so sad 🙃"];
      for (const normalize of [true, false]) {
        const { results } = await ask<{ results: { embedding: number[] }[] }>("/v1/embed", { texts, normalize });
        const expected = results.map(({ embedding }) => embedding);
        expect(await embed({ inputs: texts, ...(!normalize && { normalize }) })).toEqual(expected);
        expect(await embed({ inputs: texts[0], normalize })).toEqual(expected.slice(0, 1));
      }
    });

    test("takes what its clients send along", async () => {
      const usual = await embed({ inputs: "a" });
      const options = { truncation_direction: "Right", prompt_name: null, dimensions: null, truncate: null };
      expect(await embed({ inputs: "a", ...options })).toEqual(usual);
      expect(await embed({ inputs: "a", dimensions: 384 })).toEqual(usual);
    });

    test("cuts a long text, or refuses it with truncate false", async () => {
      expect(await embed({ inputs: LONG })).toEqual(await embed({ inputs: LONG, truncate: true }));
      const response = await post(`${VECTORS}/embed`, { inputs: ["a", LONG], truncate: false });
      expect(response.status).toBe(422);
      expect(await response.json()).toEqual({
        error: expect.stringMatching(/^\/inputs\/1: .*362 tokens.*128/),
        error_type: "Tokenizer",
      });
    });
  });

  describe("/predict", () => {
    test("gives every label of a text, highest first, and a list for each of several", async () => {
      const { scores } = await ask<{ scores: LabelScore[] }>("/v1/sentiment", { text: "so happy" });
      expect(await predict({ inputs: "so happy" })).toEqual(scores);
      expect(await predict({ inputs: ["so happy"] })).toEqual(scores);
      expect(await predict({ inputs: [["so happy"], ["so sad"]] })).toEqual([
        scores,
        await predict({ inputs: "so sad" }),
      ]);
    });

    test("reads a long text as the task does unless the client says", async () => {
      const labels = `${VECTORS}/review/predict`;
      const inputs = `${"what a terrible film ".repeat(50)}${"with a wonderful end ".repeat(50)}`;
      const { scores: whole } = await ask<{ scores: LabelScore[] }>("/v1/review", { text: inputs });
      const { scores: cut } = await ask<{ scores: LabelScore[] }>("/v1/review", {
        text: inputs,
        truncation: "truncate",
      });
      expect(whole).not.toEqual(cut);
      for (const truncate of [undefined, null]) expect(await ask(labels, { inputs, truncate })).toEqual(whole);
      expect(await ask(labels, { inputs, truncate: true })).toEqual(cut);
      expect((await post(labels, { inputs, truncate: false })).status).toBe(422);
    });

    test("gives logits as raw scores", async () => {
      const raw = await predict({ inputs: "so happy", raw_scores: true });
      const sum = raw.reduce((all, { score }) => all + Math.exp(score), 0);
      const scores = await predict({ inputs: "so happy" });
      expect(raw.map(({ label }) => label)).toEqual(scores.map(({ label }) => label));
      for (const [index, { score }] of raw.entries())
        expect(Math.exp(score) / sum).toBeCloseTo(scores[index]?.score as number, 4);
    });
  });

  test("the base URL itself answers as its one endpoint does", async () => {
    expect(await ask(VECTORS, { inputs: "a" })).toEqual(await embed({ inputs: "a" }));
    expect(await ask(LABELS, { inputs: "a" })).toEqual(await predict({ inputs: "a" }));
  });

  test("@huggingface/inference gets vectors from the base URL", async () => {
    const client = new InferenceClient("", { endpointUrl: url(VECTORS), retry_on_error: false });
    expect(await client.featureExtraction({ inputs: ["a", "b"] })).toEqual(await embed({ inputs: ["a", "b"] }));
  });

  test("/info tells what answers, and what one request may ask for", async () => {
    const { models } = (await (await get("/v1/models")).json()) as {
      models: { version: string; tasks: Record<string, { labels: string[] }> }[];
    };
    const shared = {
      model_id: "bertweet-mini",
      model_sha: models[0]?.version,
      max_input_length: 128,
      max_batch_tokens: 64 * 128,
      max_client_batch_size: 64,
      auto_truncate: true,
      version,
    };
    expect(await (await get(`${VECTORS}/info`)).json()).toMatchObject({
      ...shared,
      served_model_name: "bertweet-mini",
      model_type: { embedding: { pooling: "mean" } },
    });
    const labels = models[0]?.tasks.sentiment?.labels as string[];
    expect(await (await get(`${LABELS}/info`)).json()).toMatchObject({
      ...shared,
      served_model_name: "bertweet-mini/sentiment",
      model_type: {
        classifier: {
          id2label: { ...labels },
          label2id: Object.fromEntries(labels.map((label, id) => [label, id])),
        },
      },
    });
  });

  test.each([VECTORS, LABELS])("%s/health says nothing but 200", async (base) => {
    const response = await get(`${base}/health`);
    expect([response.status, await response.text()]).toEqual([200, ""]);
  });

  test.each<[string, string, unknown, number, string]>([
    ["an unknown model", "/tei/bertweet-maxi/embed", { inputs: "a" }, 404, "Validation"],
    ["an unknown task", `${VECTORS}/ours/predict`, { inputs: "a" }, 404, "Validation"],
    ["a task that gives no labels of a text", `${VECTORS}/ner/predict`, { inputs: "a" }, 404, "Validation"],
    ["a pair of texts", `${LABELS}/predict`, { inputs: ["a", "b"] }, 400, "Validation"],
    ["a pair in a list", `${LABELS}/predict`, { inputs: [["a"], ["a", "b"]] }, 400, "Validation"],
    ["too many texts for labels", `${LABELS}/predict`, { inputs: Array(65).fill(["a"]) }, 413, "Validation"],
    ["too many texts for vectors", `${VECTORS}/embed`, { inputs: Array(65).fill("a") }, 413, "Validation"],
    ["200,000 lists of nothing", `${LABELS}/predict`, { inputs: Array(200_000).fill([]) }, 413, "Validation"],
    ["200,000 numbers", `${LABELS}/predict`, { inputs: Array(200_000).fill(1) }, 413, "Validation"],
    ["a list with 200,000 numbers", `${LABELS}/predict`, { inputs: [Array(200_000).fill(1)] }, 400, "Validation"],
    ["token ids", `${VECTORS}/embed`, { inputs: [[1, 2, 3]] }, 400, "Validation"],
    ["an empty list", `${VECTORS}/embed`, { inputs: [] }, 400, "Validation"],
    ["other dimensions", `${VECTORS}/embed`, { inputs: "a", dimensions: 64 }, 400, "Validation"],
    ["a prompt", `${VECTORS}/embed`, { inputs: "a", prompt_name: "query" }, 400, "Validation"],
    ["cutting the start", `${VECTORS}/embed`, { inputs: LONG, truncation_direction: "Left" }, 400, "Validation"],
    ["a body that is not JSON", `${VECTORS}/embed`, "{", 400, "Validation"],
    ["a path that it has not", `${VECTORS}/a/b/c`, { inputs: "a" }, 404, "Validation"],
    ["another method of /info", `${VECTORS}/info`, { inputs: "a" }, 405, "Validation"],
    ["another method of /health", `${LABELS}/health`, { inputs: "a" }, 405, "Validation"],
  ])("%s is refused in its shape", async (_, path, body, status, error_type) => {
    const response = await post(path, body);
    expect(response.status).toBe(status);
    expect(response.headers.get("Content-Type")).toBe("application/json");
    const error = (await response.json()) as { error: string };
    expect(error).toEqual({ error: expect.any(String), error_type });
    expect(error.error.length).toBeLessThan(1_000);
  });

  test("a client that sends pairs is told how a list looks", async () => {
    expect(await predict({ inputs: ["a", "b"] })).toMatchObject({
      error: expect.stringContaining('[["one"], ["two"]]'),
    });
  });
});

describe("with AUTH on", () => {
  const key = "tei-key";
  const { get, post } = startService({
    seeded: false,
    vars: { AUTH: "on" },
    secrets: { API_KEY_HASHES: createHash("sha256").update(key).digest("hex") },
  });

  test("every path asks for a key, in its shape, before it looks at the model", async () => {
    const asked = [
      get("/tei/bertweet-mini/info"),
      get("/tei/bertweet-mini/health"),
      post("/tei/bertweet-mini/embed", { inputs: "a" }),
      post("/tei/bertweet-mini/sentiment", { inputs: "a" }),
    ];
    for (const response of await Promise.all(asked)) {
      expect(response.status).toBe(401);
      expect(await response.json()).toMatchObject({ error_type: "Validation" });
    }
    if (inNode) return; // there is no service without a model
    const known = await get("/tei/bertweet-mini/health", { headers: { Authorization: `Bearer ${key}` } });
    expect(known.status).toBe(503);
    expect(await known.json()).toMatchObject({ error_type: "Unhealthy" });
  });
});
