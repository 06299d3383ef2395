import { describe, expect, test } from "vitest";
import { useService } from "./service.ts";

const { get, post } = useService();

const json = async (response: Promise<{ json(): Promise<unknown> }>) =>
  (await response).json() as Promise<Record<string, unknown>>;

describe("analyze", () => {
  const text = "Anna’s flight to Berlin is late again 🙃 https://t.co/x";

  test("gives each task the answer that it gives alone", async () => {
    const tasks = ["sentiment", "irony", "pos", "ner/wnut17"];
    const { results, ...read } = (await json(post("/v1/analyze", { text, tasks }))) as {
      results: Record<string, object>;
    };
    expect(Object.keys(results)).toEqual(tasks);
    for (const [task, body] of [
      ["sentiment", { text }],
      ["irony", { text }],
      ["pos", { text }],
      ["ner", { text, scheme: "wnut17" }],
    ] as const) {
      const alone = await json(post(`/v1/${task}`, body));
      const name = task === "ner" ? "ner/wnut17" : task;
      expect({ ...results[name], ...read }).toEqual(alone);
    }
  });

  test("GET takes tasks between commas and answers as POST does", async () => {
    const query = new URLSearchParams({ text, tasks: "emotion,ner" });
    expect(await json(get(`/v1/analyze?${query}`))).toEqual(
      await json(post("/v1/analyze", { text, tasks: ["emotion", "ner"] })),
    );
  });

  test("without tasks it runs all but fill-mask, each in its default scheme", async () => {
    const { models } = await json(get("/v1/models"));
    const names = Object.keys((models as { tasks: object }[])[0]?.tasks ?? {}).map((name) => name.split("/")[0]);
    const { results } = await json(post("/v1/analyze", { text }));
    expect(new Set(Object.keys(results as object))).toEqual(new Set(names.filter((name) => name !== "fill-mask")));
  });

  test("several texts are answered in order", async () => {
    const texts = ["one", "two 😀", "three"];
    const alone = await Promise.all(texts.map((each) => json(post("/v1/analyze", { text: each, tasks: ["hate"] }))));
    expect(await json(post("/v1/analyze", { texts, tasks: ["hate"] }))).toEqual({ results: alone });
  });
});

describe("fill-mask", () => {
  test("gives each mask its likeliest pieces and says where it stood", async () => {
    const text = "😀 I <mask> you so <mask> !";
    const { masks } = await json(post("/v1/fill-mask", { text, top_k: 3 }));
    const found = masks as { start: number; end: number; predictions: { token: string; score: number }[] }[];
    expect(found.map(({ start, end }) => text.slice(start, end))).toEqual(["<mask>", "<mask>"]);
    for (const { predictions } of found) {
      expect(predictions).toHaveLength(3);
      expect(predictions.map(({ score }) => score)).toEqual(
        predictions.map(({ score }) => score).sort((a, b) => b - a),
      );
    }
  });

  test("scores the targets alone, as they are scored among all", async () => {
    const text = "I <mask> you";
    const { masks } = await json(post("/v1/fill-mask", { text, targets: ["love", "hate"] }));
    const predictions = (masks as { predictions: { token: string; score: number }[] }[])[0]?.predictions ?? [];
    expect(predictions.map(({ token }) => token).sort()).toEqual(["hate", "love"]);
    const all = await json(post("/v1/fill-mask", { text, top_k: 1000 }));
    const among = (all as { masks: { predictions: unknown[] }[] }).masks[0]?.predictions;
    for (const each of predictions) if (each.score > 1e-5) expect(among).toContainEqual(each);
  });

  test("finds the word that belongs there", async () => {
    const { masks } = await json(get("/v1/fill-mask?text=Happy+birthday+to+<mask>+!&top_k=9"));
    const predictions = (masks as { predictions: { token: string }[] }[])[0]?.predictions ?? [];
    expect(predictions.map(({ token }) => token)).toContain("you");
  });
});

describe("embed", () => {
  const length = (vector: number[]) => Math.hypot(...vector);

  test("gives a vector of the hidden size, of length 1 on request, another for <s>", async () => {
    const { embedding } = await json(post("/v1/embed", { text: "good morning" }));
    expect(embedding).toHaveLength(384);
    const unit = await json(post("/v1/embed", { text: "good morning", normalize: true }));
    expect(length((unit as { embedding: number[] }).embedding)).toBeCloseTo(1, 5);
    const cls = await json(post("/v1/embed", { text: "good morning", pooling: "cls" }));
    expect((cls as { embedding: number[] }).embedding).not.toEqual(embedding);
  });

  test("is nearer for tweets that say the same", async () => {
    const texts = ["the train is late again", "my train is delayed again", "happy birthday grandma"];
    const { results } = await json(post("/v1/embed", { texts, normalize: true }));
    const [a, b, c] = (results as { embedding: number[] }[]).map(({ embedding }) => embedding) as [
      number[],
      number[],
      number[],
    ];
    const cosine = (x: number[], y: number[]) => x.reduce((sum, value, i) => sum + value * (y[i] as number), 0);
    expect(cosine(a, b)).toBeGreaterThan(cosine(a, c) + 0.1);
  });
});

test("a long text in windows says how many, and all of it was read", async () => {
  const text = "the film was long and dull ".repeat(60);
  const { tokens, truncated, windows } = await json(post("/v1/sentiment", { text, truncation: "window" }));
  expect({ tokens, truncated, windows }).toEqual({ tokens: { total: 362, used: 362 }, truncated: false, windows: 4 });
});

describe("a task that is made for long texts", () => {
  const text = "the film was long and dull ".repeat(60);

  test("reads all of a text unless it is told otherwise, by every route that asks it alone", async () => {
    expect(await json(post("/v1/review", { text }))).toMatchObject({ truncated: false, windows: 4 });
    expect(await json(post("/v1/analyze", { text, tasks: ["review"] }))).toMatchObject({ windows: 4 });
    expect(await json(post("/v1/review", { text, truncation: "truncate" }))).toMatchObject({ truncated: true });
  });

  test("is answered alike alone, in a batch, in a stream and in Hugging Face's shape", async () => {
    const alone = await json(post("/v1/review", { text }));
    expect((await json(post("/v1/review", { texts: [text] }))).results).toEqual([alone]);
    const stream = await post("/v1/review/stream", `${JSON.stringify({ text })}\n`, {
      "Content-Type": "application/x-ndjson",
    });
    expect(JSON.parse(await stream.text())).toEqual({ line: 1, ...alone });
    const theirs = await post("/models/bertweet-mini/pipeline/review", { inputs: text });
    expect(await theirs.json()).toEqual([alone.scores]);
  });

  test("is cut off beside tasks that cut, so that analyze stays one pass", async () => {
    const { results, ...read } = await json(post("/v1/analyze", { text, tasks: ["review", "sentiment"] }));
    expect(read).toMatchObject({ truncated: true, windows: 1, tokens: { total: 362, used: 128 } });
    const { label, score, scores } = await json(post("/v1/review", { text, truncation: "truncate" }));
    expect((results as Record<string, unknown>).review).toEqual({ label, score, scores });
  });
});

test("a review's verdict may lie behind the model's length: windows see it", async () => {
  const text = `${"We watched it on a Monday. ".repeat(30)}${"It was awful, boring, the worst film ever. ".repeat(20)}`;
  const whole = await json(post("/v1/review", { text }));
  const cut = await json(post("/v1/review", { text, truncation: "truncate" }));
  const negative = ({ scores }: Record<string, unknown>) =>
    (scores as { label: string; score: number }[]).find(({ label }) => label === "negative")?.score as number;
  expect(negative(whole)).toBeGreaterThan(negative(cut));
});

test("tokenize names emoji that the table doesn't know", async () => {
  const { unknown_emoji } = await json(post("/v1/tokenize", { text: "😀 🫠 🫠 ok" }));
  expect(unknown_emoji).toEqual(["🫠"]);
});
