import { describe, expect, test } from "vitest";
import { useService } from "./service.ts";

const { get, post } = useService();

interface Classification {
  label: string;
  score: number;
  scores: { label: string; score: number }[];
  tokens: { total: number; used: number };
  truncated: boolean;
  model: { id: string; version: string };
}

const classify = async (task: string, text: string) =>
  (await (await get(`/v1/${task}?text=${encodeURIComponent(text)}`)).json()) as Classification;

describe.each([
  ["sentiment", ["negative", "neutral", "positive"]],
  ["irony", ["irony", "non_irony"]],
])("%s", (task, labels) => {
  test("answers every label with its probability, highest first", async () => {
    const { label, score, scores } = await classify(task, "what a match, I can't believe we won!!! 🎉");
    expect(scores.map((each) => each.label).sort()).toEqual(labels);
    expect(scores.map((each) => each.score)).toEqual(scores.map((each) => each.score).sort((a, b) => b - a));
    expect(scores.reduce((sum, each) => sum + each.score, 0)).toBeCloseTo(1, 4);
    expect({ label, score }).toEqual(scores[0]);
  });

  test("a batch answers what each text answers alone, in order", async () => {
    const texts = [
      "so happy today 😍",
      "worst. service. ever.",
      "the meeting is at 3",
      "@you thanks for nothing",
      "😀",
    ];
    const { results } = (await (await post(`/v1/${task}`, { texts })).json()) as { results: Classification[] };
    expect(results).toEqual(await Promise.all(texts.map((text) => classify(task, text))));
  });
});

test.each([
  ["I love this so much, best day of my life 😍", "positive"],
  ["this is terrible, I hate it and I want my money back", "negative"],
])("the sentiment of %j is %s", async (text, label) => {
  expect((await classify("sentiment", text)).label).toBe(label);
});

test("top_k limits the labels", async () => {
  const answer = (await (await post("/v1/sentiment", { text: "fine", top_k: 1 })).json()) as Classification;
  expect(answer.scores).toEqual([{ label: answer.label, score: answer.score }]);
});

test("a long text is cut to the model's length, and the answer says so", async () => {
  const { tokens, truncated } = await classify("sentiment", "word ".repeat(300));
  expect(tokens).toEqual({ total: 302, used: 128 });
  expect(truncated).toBe(true);
});

test("a short text is read whole", async () => {
  const { tokens, truncated } = await classify("sentiment", "the");
  expect({ tokens, truncated }).toEqual({ tokens: { total: 3, used: 3 }, truncated: false });
});

test("the answer names the model that /v1/models lists", async () => {
  const { models } = (await (await get("/v1/models")).json()) as { models: { id: string; version: string }[] };
  const { model } = await classify("sentiment", "who are you");
  expect(models.map(({ id, version }) => ({ id, version }))).toEqual([model]);
  expect(await (await get(`/v1/models/${model.id}`)).json()).toEqual(models[0]);
});

test("tokenize shows what the model reads and where it stood", async () => {
  const text = "@you look 😀 https://t.co/abc";
  const answer = (await (await get(`/v1/tokenize?text=${encodeURIComponent(text)}`)).json()) as {
    normalized: string;
    pieces: string[];
    ids: number[];
    offsets: [number, number][];
    rewrites: { kind: string; start: number; end: number }[];
  };
  expect(answer.normalized).toBe("@USER look :grinning_face: HTTPURL");
  expect(answer.pieces.slice(0, 3)).toEqual(["<s>", "@USER", "look"]);
  expect(answer.ids).toHaveLength(answer.pieces.length);
  expect(answer.offsets.slice(1, 3).map(([start, end]) => text.slice(start, end))).toEqual(["@you", "look"]);
  expect(answer.rewrites.map(({ start, end }) => text.slice(start, end))).toEqual(["@you", "😀", "https://t.co/abc"]);
  expect(await (await post("/v1/tokenize", { text })).json()).toEqual(answer);
});

test("readyz tells the model that is ready, and that it leaves most of an isolate's 128 MB free", async () => {
  await classify("sentiment", "as long as can be ".repeat(40));
  const answer = (await (await get("/readyz")).json()) as { status: string; wasm_memory_bytes: number };
  expect(answer).toMatchObject({ status: "ready", model: { id: "bertweet-mini" } });
  expect(answer.wasm_memory_bytes).toBeLessThan(32 * 2 ** 20);
});
