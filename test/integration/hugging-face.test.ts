import { InferenceClient } from "@huggingface/inference";
import { describe, expect, test } from "vitest";
import { useService } from "./service.ts";

const { post, url } = useService();

const MODEL = "/models/bertweet-mini";
const TEXT = "😀 @anna flies to Berlin &amp; back, unbelievably cheap https://t.co/x";

interface LabelScore {
  label: string;
  score: number;
}

interface Place {
  score: number;
  word: string;
  start: number;
  end: number;
}

type Group = Place & { entity_group: string };
type Piece = Place & { entity: string; index: number };

interface Filled {
  score: number;
  token: number;
  token_str: string;
  sequence: string;
}

const ask = async <T>(path: string, body: unknown) => (await (await post(MODEL + path, body)).json()) as T;

const tokenize = async (text: string) =>
  (await (await post("/v1/tokenize", { text })).json()) as {
    normalized: string;
    pieces: string[];
    ids: number[];
    offsets: [number, number][];
  };

/** A client of theirs that knows the service as an endpoint. */
const client = (path: string) => new InferenceClient("", { endpointUrl: url(MODEL + path), retry_on_error: false });

describe("@huggingface/inference", () => {
  test("textClassification gets what /v1/sentiment scores", async () => {
    const { scores } = (await (await post("/v1/sentiment", { text: TEXT })).json()) as { scores: LabelScore[] };
    expect(await client("").textClassification({ inputs: TEXT })).toEqual(scores);
    expect(await client("").textClassification({ inputs: TEXT, parameters: { top_k: 1 } })).toEqual(scores.slice(0, 1));
  });

  test("fillMask gets predictions", async () => {
    const filled = await client("").fillMask({ inputs: "I <mask> this song", parameters: { top_k: 3 } });
    expect(filled).toHaveLength(3);
    const { masks } = (await (await post("/v1/fill-mask", { text: "I <mask> this song", top_k: 3 })).json()) as {
      masks: { predictions: { token: string; score: number }[] }[];
    };
    expect(filled.map(({ token_str, score }) => ({ token: token_str, score }))).toEqual(masks[0]?.predictions);
  });

  test.each(["simple", "first", "average", "max"] as const)("tokenClassification takes %s", async (strategy) => {
    const parameters = { aggregation_strategy: strategy, ignore_labels: [] };
    const groups = await client("/pipeline/token-classification").tokenClassification({ inputs: TEXT, parameters });
    expect(groups).toEqual(await ask("/pipeline/ner", { inputs: TEXT, parameters }));
    expect(groups[0]).toMatchObject({ start: 0, entity_group: expect.any(String) });
  });

  test("featureExtraction gets the hidden state of each token, whose mean /v1/embed gives", async () => {
    const rows = (await client("/pipeline/feature-extraction").featureExtraction({ inputs: TEXT })) as number[][];
    const answer = await (await post("/v1/embed", { text: TEXT })).json();
    const { embedding, tokens } = answer as { embedding: number[]; tokens: { used: number } };
    expect(rows).toHaveLength(tokens.used);
    embedding.forEach((value, column) => {
      const mean = rows.reduce((sum, row) => sum + (row[column] as number), 0) / rows.length;
      expect(mean).toBeCloseTo(value, 4);
    });
  });

  test("featureExtraction gets a vector for each text of a list, at the model's URL too", async () => {
    const inputs = ["so happy today", "worst. service. ever. really."];
    const vectors = await client("/pipeline/feature-extraction").featureExtraction({ inputs });
    expect(vectors).toEqual([expect.any(Array), expect.any(Array)]);
    expect((vectors as number[][]).map(({ length }) => length)).toEqual([384, 384]);
    const unnamed = await client("").featureExtraction({ inputs, truncate: true } as { inputs: string[] });
    expect(unnamed).toEqual(vectors);
  });

  test.each(["", "/pipeline/sentence-similarity"])("sentenceSimilarity gets cosines at the URL's %j", async (path) => {
    const sentences = ["so happy for you", "the train is late", "so happy for you"];
    const inputs = { source_sentence: "so happy for you", sentences };
    const similarities = await client(path).sentenceSimilarity({ inputs });
    expect(similarities[0]).toBeCloseTo(1, 4);
    expect(similarities[2]).toBe(similarities[0]);
    const vectors = await ask<number[][]>("/pipeline/feature-extraction", {
      inputs: [inputs.source_sentence, ...sentences],
      normalize: true,
    });
    const [source = [], , other = []] = vectors;
    expect(similarities[1]).toBeCloseTo(
      source.reduce((sum, value, index) => sum + value * (other[index] as number), 0),
      3,
    );
  });

  test("tokenClassification at the model's URL gets entities where a parameter says that they are meant", async () => {
    const asked = { inputs: TEXT, parameters: { aggregation_strategy: "simple" as const, ignore_labels: [] } };
    expect(await client("").tokenClassification(asked)).toEqual(await ask("/pipeline/ner", asked));
  });

  test("tokenClassification and featureExtraction without one fail there, and get no sentiment", async () => {
    await expect(client("").tokenClassification({ inputs: TEXT })).rejects.toThrow();
    await expect(client("").featureExtraction({ inputs: TEXT })).rejects.toThrow();
  });

  test("an error tells our detail", async () => {
    const endpointUrl = url("/models/bertweet-maxi");
    const asked = new InferenceClient("", { endpointUrl }).textClassification({ inputs: TEXT });
    await expect(asked).rejects.toThrow("Failed to perform inference: GET /v1/models lists the models.");
  });
});

describe("text-classification", () => {
  const of = (inputs: string | string[], parameters = {}) =>
    ask<LabelScore[][]>("/pipeline/text-classification", { inputs, parameters });

  test("a list is answered as its texts are alone, a text as a list of one", async () => {
    const texts = ["so happy today", "worst. service. ever."];
    const [first, second] = await Promise.all(texts.map((text) => of(text)));
    expect(first).toHaveLength(1);
    expect(await of(texts)).toEqual([...(first as LabelScore[][]), ...(second as LabelScore[][])]);
  });

  test("five labels are answered unless top_k says otherwise", async () => {
    const emoji = (parameters: object) =>
      ask<LabelScore[][]>("/pipeline/emoji", { inputs: TEXT, parameters }).then(([labels]) => labels);
    expect(await emoji({})).toHaveLength(5);
    expect((await emoji({ top_k: 20 }))?.slice(0, 5)).toEqual(await emoji({}));
  });

  test("softmax and sigmoid are those of what `none` answers", async () => {
    const scores = async (function_to_apply: string) =>
      Object.fromEntries((await of(TEXT, { function_to_apply }))[0]?.map(({ label, score }) => [label, score]) ?? []);
    const [logits, sigmoid, softmax] = await Promise.all(["none", "sigmoid", "softmax"].map(scores));
    const sum = Object.values(logits ?? {}).reduce((all, logit) => all + Math.exp(logit), 0);
    expect(Object.keys(logits ?? {})).toHaveLength(3);
    for (const [label, logit] of Object.entries(logits ?? {})) {
      expect(sigmoid?.[label]).toBeCloseTo(1 / (1 + Math.exp(-logit)), 4);
      expect(softmax?.[label]).toBeCloseTo(Math.exp(logit) / sum, 4);
    }
  });
});

describe("token-classification", () => {
  const of = <T>(parameters: object, inputs: string | string[] = TEXT) =>
    ask<T>("/pipeline/token-classification", { inputs, parameters });

  test("none gives every piece, where tokenize has it", async () => {
    const { pieces, offsets } = await tokenize(TEXT);
    const tagged = await of<Piece[]>({ aggregation_strategy: "none", ignore_labels: [] });
    expect(tagged.map(({ index, word, start, end }) => ({ index, word, start, end }))).toEqual(
      pieces.map((word, index) => ({ index, word, start: offsets[index]?.[0], end: offsets[index]?.[1] })).slice(1, -1),
    );
    for (const { entity, score } of tagged) {
      expect(entity).toMatch(/^(O|[BI]-(LOC|MISC|ORG|PER))$/);
      expect(score).toBeGreaterThan(1 / 9 - 1e-6);
    }
  });

  test.each(["first", "average", "max"])("%s gives groups of whole words that make up the text", async (strategy) => {
    const groups = await of<Group[]>({ aggregation_strategy: strategy, ignore_labels: [] });
    expect(groups.map(({ word }) => word).join(" ")).toBe((await tokenize(TEXT)).normalized);
    expect(groups.at(-1)?.end).toBe(TEXT.length);
    for (const { entity_group } of groups) expect(entity_group).toMatch(/^(O|LOC|MISC|ORG|PER)$/);
  });

  test("simple is what is given unless another is asked for", async () => {
    expect(await of({})).toEqual(await of({ aggregation_strategy: "simple", ignore_labels: ["O"] }));
  });

  test("ignored labels are left out", async () => {
    const all = await of<Group[]>({ ignore_labels: [] });
    const ignored = all[0]?.entity_group as string;
    expect(await of({ ignore_labels: [ignored] })).toEqual(all.filter((group) => group.entity_group !== ignored));
  });

  test("a list is answered as its texts are alone", async () => {
    expect(await of({}, [TEXT, "in Rome"])).toEqual([await of({}), await of({}, "in Rome")]);
  });

  test("a word in front of which emoji stand is found in UTF-16 code units", async () => {
    const inputs = "🙃👩🏽‍🚀 Berlin";
    const groups = await of<Group[]>({ aggregation_strategy: "first", ignore_labels: [], scheme: "wnut17" }, inputs);
    expect(groups.at(-1)?.end).toBe(inputs.length);
    const pieces = await of<Piece[]>({ aggregation_strategy: "none", ignore_labels: [] }, inputs);
    expect(["Berlin", "erlin", "rlin", "lin", "in", "n"]).toContain(inputs.slice(pieces.at(-1)?.start));
  });

  test("with a stride a long text is read to its end, without one to the model's length", async () => {
    const inputs = "so much to see in Rome ".repeat(50).trim();
    const parameters = { aggregation_strategy: "first", ignore_labels: [] };
    expect((await of<Group[]>({ ...parameters, stride: 16 }, inputs)).at(-1)?.end).toBe(inputs.length);
    expect((await of<Group[]>(parameters, inputs)).at(-1)?.end).toBeLessThan(inputs.length);
  });

  test("a task of parts of speech is asked for by its own name", async () => {
    const inputs = "she sells sea shells";
    const { words } = (await (await post("/v1/pos", { text: inputs, scheme: "ark" })).json()) as {
      words: { tag: string }[];
    };
    const parameters = { scheme: "ark", aggregation_strategy: "none" };
    const tagged = await ask<Piece[]>("/pipeline/pos", { inputs, parameters });
    const firstPieces = tagged.filter(({ start }) => start === 0 || inputs[start - 1] === " ");
    expect(firstPieces.map(({ entity }) => entity)).toEqual(words.map(({ tag }) => tag));
  });
});

describe("fill-mask", () => {
  const of = <T>(inputs: string | string[], parameters = {}) => ask<T>("/pipeline/fill-mask", { inputs, parameters });

  test("a prediction has the id of its piece and the text that it makes", async () => {
    const [best] = await of<Filled[]>("@anna I <mask> it 😀", { targets: ["love"] });
    const { ids, pieces } = await tokenize("love");
    expect(best).toMatchObject({ token: ids[1], token_str: pieces[1], sequence: "@USER I love it :grinning_face:" });
  });

  test("targets alone are scored, each once, and five predictions are given unless top_k says otherwise", async () => {
    const words = ["love", "hate", "love"];
    const filled = await of<Filled[]>("I <mask> it", { targets: words });
    expect(filled.map(({ token_str }) => token_str).sort()).toEqual(["hate", "love"]);
    expect(await of("I <mask> it", { targets: "love" })).toEqual(
      filled.filter(({ token_str }) => token_str === "love"),
    );
    expect(await of("I <mask> it")).toHaveLength(5);
  });

  test("of several masks each has a list, and the others stay in the text", async () => {
    const [first, second] = await of<Filled[][]>("I <mask> the <mask> !", { targets: ["love"] });
    expect(first?.[0]?.sequence).toBe("<s> I love the <mask> ! </s>");
    expect(second?.[0]?.sequence).toBe("<s> I <mask> the love ! </s>");
  });

  test("a list is answered as its texts are alone", async () => {
    const texts = ["I <mask> it", "<mask> and <mask>"];
    expect(await of(texts)).toEqual(await Promise.all(texts.map((text) => of(text))));
  });

  test("of a text that is too long the part that was read is shown", async () => {
    const [best] = await of<Filled[]>(`I <mask> it ${"so ".repeat(200)}`, { targets: ["love"] });
    expect(best?.sequence).toBe(`I love it${" so".repeat(123)}`);
  });
});

describe("feature-extraction", () => {
  const of = <T>(body: object) => ask<T>("/pipeline/feature-extraction", body);

  test("a list is answered by the vector of each text, which /v1/embed gives, however many there are", async () => {
    const texts = [TEXT, "short", ...Array.from({ length: 62 }, (_, each) => `number ${each}`)];
    const vectors = await of<number[][]>({ inputs: texts });
    const { results } = (await (await post("/v1/embed", { texts })).json()) as { results: { embedding: number[] }[] };
    expect(vectors).toEqual(results.map(({ embedding }) => embedding.map((value) => Math.round(value * 1e6) / 1e6)));
    expect(await of({ inputs: ["short"] })).toEqual([vectors[1]]);
  });

  test("normalize makes each vector of a list of length 1", async () => {
    const vectors = await of<number[][]>({ inputs: [TEXT, "short"], normalize: true });
    for (const vector of vectors) expect(Math.hypot(...vector)).toBeCloseTo(1, 3);
  });

  test("normalize makes each row of length 1", async () => {
    for (const row of await of<number[][]>({ inputs: TEXT, normalize: true }))
      expect(Math.hypot(...row)).toBeCloseTo(1, 3);
  });
});

test("a model's own task answers what /v1 answers", async () => {
  const { scores } = (await (await post("/v1/irony", { text: TEXT })).json()) as { scores: LabelScore[] };
  expect(await ask("/pipeline/irony", { inputs: TEXT })).toEqual([scores]);
});

test("the same question is answered from the cache, unless use_cache is false", async () => {
  const cacheStatus = async (options: object) =>
    (await post(MODEL, { inputs: "kept once", options })).headers.get("Cache-Status");
  expect(await cacheStatus({ wait_for_model: true })).toBe("bertweet-edge; fwd=uri-miss; stored");
  expect(await cacheStatus({})).toBe("bertweet-edge; hit; detail=memory");
  expect(await cacheStatus({ use_cache: false })).toBe("bertweet-edge; fwd=request");
});
