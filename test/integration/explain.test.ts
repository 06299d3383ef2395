import { describe, expect, test } from "vitest";
import { MAX_EXPLAINED_WORDS } from "../../src/limits.ts";
import { inNode, startService } from "./service.ts";

interface Explanation {
  label: string;
  score: number;
  words: { text: string; start: number; end: number; effect: number }[];
  windows: number;
}
type Scores = { label: string; score: number; scores: { label: string; score: number }[] };

const TEXT = "I really love this new song so much";

describe.each(inNode ? ["simd"] : ["simd", "ort"])("explain in %s", (engine) => {
  const { get, post } = startService({ seeded: true, vars: { ENGINE: engine } });
  const path = (text: string, more = "") => `/v1/sentiment/explain?text=${encodeURIComponent(text)}${more}`;
  const answerOf = async (response: { status: number; json(): Promise<unknown> }) => {
    expect(response.status).toBe(200);
    return response.json();
  };

  async function scoreOf(text: string, label: string): Promise<number> {
    const { scores } = (await answerOf(await get(`/v1/sentiment?text=${encodeURIComponent(text)}`))) as Scores;
    return scores.find((each) => each.label === label)?.score ?? Number.NaN;
  }

  test("a word's effect is what the label loses when the word is sent as <mask>", async () => {
    const { label, score, words } = (await answerOf(await get(path(TEXT)))) as Explanation;
    expect(score).toBe(await scoreOf(TEXT, label));
    expect(words.map(({ text }) => text)).toEqual(TEXT.split(" "));
    for (const { text, start, end, effect } of words) {
      expect(TEXT.slice(start, end)).toBe(text);
      const masked = `${TEXT.slice(0, start)}<mask>${TEXT.slice(end)}`;
      expect(effect).toBeCloseTo(score - (await scoreOf(masked, label)), 5);
    }
    const strongest = words.toSorted((a, b) => b.effect - a.effect)[0];
    expect(strongest?.text).toBe("love");
  });

  test("another label can be explained", async () => {
    const { label, score, words } = (await answerOf(await get(path(TEXT, "&label=negative")))) as Explanation;
    expect(label).toBe("negative");
    expect(score).toBe(await scoreOf(TEXT, "negative"));
    expect(words.find(({ text }) => text === "love")?.effect).toBeLessThan(0);
  });

  test("places are those of the text as sent, for rewritten words too", async () => {
    const text = "@anna can't  stop 😀 https://example.com/a?b";
    const { words } = (await answerOf(await get(path(text)))) as Explanation;
    for (const each of words) expect(text.slice(each.start, each.end)).toBe(each.text);
    expect(words.map((each) => each.text)).toEqual(["@anna", "can't", "stop", "😀", "https://example.com/a?b"]);
  });

  test("a text has the same explanation alone, in a batch, as words and from the cache", async () => {
    const alone = await answerOf(await get(path(TEXT)));
    const cached = await get(path(TEXT));
    expect(cached.headers.get("Cache-Status")).toMatch(/hit/);
    expect(await cached.json()).toEqual(alone);
    const { results } = (await answerOf(await post("/v1/sentiment/explain", { texts: ["it is cold", TEXT] }))) as {
      results: unknown[];
    };
    expect(results[1]).toEqual(alone);
    const { words } = (await answerOf(await post("/v1/sentiment/explain", { tokens: TEXT.split(" ") }))) as Explanation;
    expect(words.map(({ effect }) => effect)).toEqual((alone as Explanation).words.map(({ effect }) => effect));
  });

  test("a text without words that fit is refused with the limit; as many as the limit are explained", async () => {
    const most = (await answerOf(await get(path("no ".repeat(MAX_EXPLAINED_WORDS).trim())))) as Explanation;
    expect(most.words).toHaveLength(MAX_EXPLAINED_WORDS);
    const response = await get(path("no ".repeat(MAX_EXPLAINED_WORDS + 1).trim()));
    expect(response.status).toBe(422);
    expect(await response.json()).toMatchObject({
      type: "/problems/too-many-words",
      detail: "The text has 65 words; an explanation may have 64.",
    });
  });

  test.each([
    ["a task that tags words", "/v1/ner/explain", { text: "a" }, 422, "not-explainable"],
    ["a task that fills masks", "/v1/fill-mask/explain", { text: "a <mask>" }, 422, "not-explainable"],
    ["an unknown task", "/v1/astrology/explain", { text: "a" }, 404, "unknown-task"],
    ["a label that the task has not", "/v1/sentiment/explain", { text: "a", label: "blue" }, 422, "unknown-label"],
    ["an option of predictions", "/v1/sentiment/explain", { text: "a", top_k: 2 }, 400, "unknown-option"],
    [
      "more words than one request may ask for",
      "/v1/sentiment/explain",
      { texts: ["no ".repeat(40), "yes ".repeat(40)] },
      422,
      "too-much-work",
    ],
  ])("%s is refused", async (_, route, body, status, kind) => {
    const response = await post(route, body);
    expect(response.status).toBe(status);
    expect(await response.json()).toMatchObject({ type: `/problems/${kind}` });
  });
});
