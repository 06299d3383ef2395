import { describe, expect, test } from "vitest";
import { useService } from "./service.ts";

const { get, post } = useService();

interface Span {
  text: string;
  start: number;
  end: number;
}

interface Tagging {
  words: Span[];
  entities: Span[];
}

const JSON_OF = async <T>(response: Promise<Response>) => (await response).json() as Promise<T>;

const ask = <T>(path: string, body: object) => JSON_OF<T>(post(path, body) as unknown as Promise<Response>);

const utf8 = new TextEncoder();

/** What stands in a text between two places, as a client that counts in the unit cuts it out. */
const CUT = {
  utf16: (text: string, start: number, end: number) => text.slice(start, end),
  "code-points": (text: string, start: number, end: number) => [...text].slice(start, end).join(""),
  utf8: (text: string, start: number, end: number) => new TextDecoder().decode(utf8.encode(text).subarray(start, end)),
};

const UNITS = Object.keys(CUT) as (keyof typeof CUT)[];

const TEXTS = [
  "🙃👩🏽‍🚀 Berlin &amp; back with @anna 👨‍👩‍👧‍👦 https://t.co/x",
  "Cafe\u0301 in Montre\u0301al, 日本 🇩🇪 1️⃣ mañana",
  "\ud83d lone \ude43 Berlin \ud83d",
];

describe.each(UNITS)("%s", (offsets) => {
  const cut = CUT[offsets];

  test.each(TEXTS)("words and entities of %j are where the client finds them", async (text) => {
    const { words, entities } = await ask<Tagging>("/v1/ner", { text, offsets });
    expect(words.length).toBeGreaterThan(2);
    for (const { text: word, start, end } of [...words, ...entities]) expect(cut(text, start, end)).toBe(whole(word));
  });

  test.each(TEXTS)("words of %j in analyze, in lists and in streams are the same", async (text) => {
    const alone = await ask<Tagging>("/v1/pos", { text, offsets });
    const analysis = await ask<{ results: { pos: Tagging } }>("/v1/analyze", { text, tasks: ["pos"], offsets });
    expect(analysis.results.pos.words).toEqual(alone.words);
    const { results } = await ask<{ results: Tagging[] }>("/v1/pos", { texts: [text, text], offsets });
    expect(results).toEqual([alone, alone]);
    const batch = await ask<{ results: Tagging[] }>("/v1/pos", { batch: [{ text, offsets }, { text }] });
    expect(batch.results).toEqual([alone, await ask("/v1/pos", { text })]);
    const line = `${JSON.stringify({ text, offsets })}\n`;
    const stream = await post("/v1/pos/stream", line, { "Content-Type": "application/x-ndjson" });
    expect(JSON.parse(await stream.text())).toEqual({ line: 1, ...alone });
  });

  test.each(TEXTS)("pieces and rewrites of %j are where the client finds them", async (text) => {
    const usual = await ask<Tokenized>("/v1/tokenize", { text });
    const { offsets: places, rewrites } = await ask<Tokenized>("/v1/tokenize", { text, offsets });
    expect(places.map(([start, end]) => cut(text, start, end))).toEqual(
      usual.offsets.map(([start, end]) => whole(text.slice(start, end))),
    );
    for (const { from, start, end } of rewrites) expect(cut(text, start, end)).toBe(whole(from));
  });

  test.each(TEXTS)(
    "words of an explanation of %j are where the client finds them, alone and in lists",
    async (text) => {
      const usual = await ask<Tagging>("/v1/sentiment/explain", { text });
      const explanation = await ask<Tagging>("/v1/sentiment/explain", { text, offsets });
      expect(explanation.words.length).toBeGreaterThan(2);
      for (const { text: word, start, end } of explanation.words) expect(cut(text, start, end)).toBe(whole(word));
      const unplaced = ({ words }: Tagging) => words.map(({ start, end, ...others }) => others);
      expect({ ...explanation, words: unplaced(explanation) }).toEqual({ ...usual, words: unplaced(usual) });
      const batch = { batch: [{ text, offsets }, { text }] };
      expect(await ask("/v1/sentiment/explain", batch)).toEqual({ results: [explanation, usual] });
    },
  );

  test("masks are where the client finds them", async () => {
    const text = "👩🏽‍🚀 e\u0301 I <mask> 日本 <mask>";
    const { masks } = await ask<{ masks: Span[] }>("/v1/fill-mask", { text, offsets, top_k: 1 });
    expect(masks.map(({ start, end }) => cut(text, start, end))).toEqual(["<mask>", "<mask>"]);
  });

  test("words that were cut before count in the text that they make", async () => {
    const tokens = ["🙃", "Montre\u0301al", "日本"];
    for (const path of ["/v1/ner", "/v1/sentiment/explain"]) {
      const { words } = await ask<Tagging>(path, { tokens, offsets });
      expect(words.map(({ start, end }) => cut(tokens.join(" "), start, end))).toEqual(tokens);
    }
  });

  /** UTF-8 has U+FFFD in the place of a lone surrogate. */
  function whole(text: string): string {
    return offsets === "utf8" ? text.toWellFormed() : text;
  }
});

interface Tokenized {
  offsets: [number, number][];
  rewrites: { from: string; start: number; end: number }[];
}

test("an entity's bytes are what Bluesky's facets want", async () => {
  const text = "🙃🙃 so good to be back in Berlin with @anna";
  const { words } = await ask<Tagging>("/v1/ner", { text, offsets: "utf8" });
  const berlin = words.find((word) => word.text === "Berlin");
  expect([berlin?.start, berlin?.end]).toEqual([31, 37]);
});

test("UTF-16 is what is given unless another unit is asked for, and the unit is part of the ETag", async () => {
  const query = `text=${encodeURIComponent("🙃 in Berlin")}`;
  for (const path of ["/v1/ner", "/v1/ner/wnut17", "/v1/analyze", "/v1/tokenize", "/v1/irony/explain"]) {
    const all = await Promise.all(
      ["", ...UNITS.map((unit) => `&offsets=${unit}`)].map((unit) => get(`${path}?${query}${unit}`)),
    );
    const bodies = await Promise.all(all.map((response) => response.text()));
    expect(bodies[1]).toBe(bodies[0]);
    expect(new Set(bodies).size).toBe(3);
    const tags = all.map(({ headers }) => headers.get("ETag"));
    expect(tags[1]).toBe(tags[0]);
    expect(new Set(tags).size).toBe(3);
  }
});

test.each([
  ["a unit that does not exist", "/v1/ner", { text: "a", offsets: "bytes" }, 400, "invalid-request"],
  ["a task that gives no places", "/v1/sentiment", { text: "a", offsets: "utf8" }, 422, "foreign-option"],
  ["a route that gives no places", "/v1/embed", { text: "a", offsets: "utf8" }, 400, "unknown-option"],
])("%s is refused", async (_, path, body, status, kind) => {
  const response = await post(path, body);
  expect(response.status).toBe(status);
  expect(await response.json()).toMatchObject({ type: `/problems/${kind}` });
});
