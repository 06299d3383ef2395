import { beforeAll, describe, expect, test } from "vitest";
import { startService } from "../integration/service.ts";
import { clientsFile, hasPython, installClients } from "./python.ts";

interface Place {
  start: number;
  end: number;
  word: string;
  score: number;
}

interface Refused {
  status: number;
  code: string;
  param: string | null;
  message: string;
}

/** What clients.py prints. */
interface Answers {
  openai: {
    vectors: number[][];
    floats: number[][];
    tokens: number;
    token_ids: Refused;
    dimensions: Refused;
    other_model: Refused;
  };
  langchain: { documents: number[][]; query: number[] };
  hugging_face: {
    labels: { label: string; score: number }[];
    groups: Place[];
    unnamed_groups: Place[];
    filled: { token_str: string; score: number }[];
    one_shape: [number, number];
    vectors: number[][];
    similarities: number[];
    unnamed_similarities: number[];
    tei_vectors: number[][];
    refusal: string;
  };
  words: { word: string; cut: string }[];
}

const TEXTS = ["What a lovely day 🙃", "so happy for you both!!"];

describe.skipIf(!hasPython())("the official Python clients", () => {
  const { post, url } = startService({ seeded: true });
  let answers: Answers;
  let vectors: number[][];
  let tokens: number[];

  beforeAll(async () => {
    await installClients();
    answers = JSON.parse(await clientsFile("test/training/clients.py", [url("/")]));
    const { results } = (await (await post("/v1/embed", { texts: TEXTS, normalize: true })).json()) as {
      results: { embedding: number[]; tokens: { used: number } }[];
    };
    vectors = results.map(({ embedding }) => embedding);
    tokens = results.map(({ tokens: { used } }) => used);
  });

  const expectNear = (actual: number[] | undefined, expected: number[] | undefined) => {
    expect(actual).toHaveLength(384);
    actual?.forEach((value, index) => {
      expect(value).toBeCloseTo(expected?.[index] as number, 5);
    });
  };

  test("openai gets the vectors of /v1/embed, in base64 and as floats", () => {
    expect(answers.openai.floats).toEqual(vectors);
    expect(answers.openai.vectors).toEqual(vectors);
    expect(answers.openai.tokens).toBe(tokens.reduce((sum, each) => sum + each, 0));
  });

  test("openai throws its own errors, which say what to do", () => {
    const { token_ids, dimensions, other_model } = answers.openai;
    expect(token_ids).toMatchObject({ status: 400, param: "input", code: "invalid-request" });
    expect(token_ids.message).toContain("check_embedding_ctx_length=False");
    expect(dimensions).toMatchObject({ status: 400, param: "dimensions" });
    expect(other_model).toMatchObject({ status: 404, code: "model_not_found" });
  });

  test("LangChain's OpenAIEmbeddings gets vectors of documents and of a query", () => {
    const { documents, query } = answers.langchain;
    expect(documents).toHaveLength(70);
    expect(documents.slice(0, 2)).toEqual(vectors);
    expect(query).toEqual(vectors[0]);
  });

  test("huggingface_hub gets labels, groups and filled masks", async () => {
    const { labels, groups, unnamed_groups, filled } = answers.hugging_face;
    expect({ scores: labels }).toMatchObject(
      await (await post("/v1/sentiment", { text: TEXTS[0] })).json().then(scoresOf),
    );
    expect(groups.length).toBeGreaterThan(2);
    expect(unnamed_groups).toEqual(groups);
    expect(filled).toHaveLength(2);
  });

  test("huggingface_hub gets the hidden states of a text, and a vector for each of a list", () => {
    const { one_shape, vectors: rows, tei_vectors } = answers.hugging_face;
    expect(one_shape).toEqual([tokens[0], 384]);
    for (const [index, row] of rows.entries()) expectNear(row, vectors[index]);
    for (const [index, row] of tei_vectors.entries()) expectNear(row, vectors[index]);
  });

  test("huggingface_hub gets similarities, at the model's URL too", () => {
    const { similarities, unnamed_similarities } = answers.hugging_face;
    expect(similarities).toHaveLength(2);
    expect(similarities[0]).toBeCloseTo(1, 4);
    expect(similarities[1]).toBeLessThan(0.999);
    expect(unnamed_similarities).toEqual(similarities);
  });

  test("huggingface_hub shows our detail", () => {
    expect(answers.hugging_face.refusal).toContain("GET /v1/models lists the models.");
  });

  test("Python finds words by code points", () => {
    expect(answers.words.length).toBeGreaterThan(4);
    for (const { word, cut } of answers.words) expect(cut).toBe(word);
  });
});

function scoresOf(answer: unknown) {
  return { scores: (answer as { scores: unknown }).scores };
}
