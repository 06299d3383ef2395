import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { useService } from "./service.ts";

const { get, post } = useService();

interface Span {
  text: string;
  start: number;
  end: number;
}

interface Tagging {
  words: (Span & { tag: string; score: number })[];
  entities?: (Span & { label: string; score: number })[];
  tokens: { total: number; used: number };
  truncated: boolean;
  windows: number;
}

const tag = async (task: string, body: object) => (await (await post(`/v1/${task}`, body)).json()) as Tagging;

/** Text as people write it: letters of any script, emoji sequences, mentions, links, entities, quotes. */
const tweet = fc
  .array(
    fc.oneof(
      fc.string({ unit: "grapheme", minLength: 1 }),
      fc.constantFrom(
        "@anna",
        "https://t.co/x",
        "&amp;",
        "“no”",
        "👩‍👩‍👧",
        "🇩🇪",
        "can’t",
        "sooooo",
        "#tag",
        "😀😀",
        "e\u0301",
        "\u{1f9d1}",
      ),
    ),
    { minLength: 1, maxLength: 12 },
  )
  .map((parts) => parts.join(" "))
  .filter((text) => text.trim() !== "");

test("every word and entity is what stands in the text between its offsets, in order and without overlap", async () => {
  await fc.assert(
    fc.asyncProperty(tweet, async (text) => {
      const { words, entities = [] } = await tag("ner", { text });
      for (const { text: word, start, end } of [...words, ...entities]) expect(text.slice(start, end)).toBe(word);
      words.forEach(({ start, end }, index) => {
        expect(start).toBeLessThan(end);
        expect(start).toBeGreaterThanOrEqual(words[index - 1]?.start ?? 0);
      });
    }),
    { numRuns: 60 },
  );
});

test("a batch answers what each text answers alone", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(tweet, { minLength: 1, maxLength: 4 }), async (texts) => {
      const alone = [];
      for (const text of texts) alone.push(await tag("pos", { text }));
      expect(await (await post("/v1/pos", { texts })).json()).toEqual({ results: alone });
    }),
    { numRuns: 12 },
  );
});

describe("tokens", () => {
  const tokens = ["@anna", "is", "n't", "in", "São", "Paulo", "😍"];

  test("each keeps its place in the tokens joined by a space", async () => {
    const { words } = await tag("pos", { tokens, scheme: "ark" });
    const text = tokens.join(" ");
    expect(words.map((word) => word.text)).toEqual(tokens);
    expect(words.map(({ start, end }) => text.slice(start, end))).toEqual(tokens);
  });

  test("in a batch each element has its own scheme", async () => {
    const batch = [{ tokens }, { tokens, scheme: "ptb" }, { text: "so tired" }];
    const alone = await Promise.all(batch.map((body) => tag("pos", body)));
    expect(await (await post("/v1/pos", { batch })).json()).toEqual({ results: alone });
  });
});

test("parts of speech have no entities, and each scheme has tags of its own", async () => {
  const text = "Anna flies to Berlin tomorrow";
  const { models } = (await (await get("/v1/models")).json()) as {
    models: { tasks: Record<string, { labels?: string[] }> }[];
  };
  for (const scheme of ["tweebank", "ark", "ptb"]) {
    const { words, entities } = await tag("pos", { text, scheme });
    expect(entities).toBeUndefined();
    for (const word of words) expect(models[0]?.tasks[`pos/${scheme}`]?.labels).toContain(word.tag);
  }
});

describe("a text of several windows", () => {
  const text = "all the words of a long text are tagged once in their order and none of them twice ".repeat(20).trim();

  test("has every word tagged once", async () => {
    const { words, tokens, truncated, windows } = await tag("ner", { text, truncation: "window" });
    expect(words.map((word) => word.text)).toEqual(text.split(" "));
    expect(tokens.used).toBe(tokens.total);
    expect(truncated).toBe(false);
    expect(windows).toBeGreaterThan(3);
  });

  test("has only its beginning tagged when it is cut, and says so", async () => {
    const { words, tokens, truncated, windows } = await tag("ner", { text });
    expect(words.length).toBeGreaterThan(20);
    expect(text.startsWith(words.map((word) => word.text).join(" "))).toBe(true);
    expect({ used: tokens.used, truncated, windows }).toEqual({ used: 128, truncated: true, windows: 1 });
  });
});

test("tags of a BIO scheme make sense: an I- continues its own type", async () => {
  await fc.assert(
    fc.asyncProperty(tweet, async (text) => {
      const { words } = await tag("ner", { text, scheme: "wnut16" });
      words.forEach(({ tag: each }, index) => {
        if (each.startsWith("I-")) expect(words[index - 1]?.tag.slice(2)).toBe(each.slice(2));
      });
    }),
    { numRuns: 20 },
  );
});

describe("a tag set in the path", () => {
  const text = "Off to Berlin with @anna 🙃";

  test("is the one that scheme means, byte for byte, and shares its cached answers", async () => {
    const query = `text=${encodeURIComponent(text)}`;
    const byOption = await get(`/v1/ner?${query}&scheme=wnut17`);
    const byPath = await get(`/v1/ner/wnut17?${query}`);
    expect(byPath.status).toBe(200);
    expect(await byPath.text()).toBe(await byOption.text());
    expect(byPath.headers.get("ETag")).toBe(byOption.headers.get("ETag"));
    expect(byPath.headers.get("Cache-Status")).toMatch(/hit/);
    expect(await tag("ner/wnut17", { text })).toEqual(await tag("ner", { text, scheme: "wnut17" }));
  });

  test("holds for every text of a list", async () => {
    const [first, second] = await Promise.all([text, "so good"].map((each) => tag("pos/ark", { text: each })));
    expect(await tag("pos/ark", { texts: [text, "so good"] })).toEqual({ results: [first, second] });
    expect(await tag("pos/ark", { batch: [{ text }, { tokens: ["so", "good"] }] })).toMatchObject({
      results: [first, { words: second?.words }],
    });
  });

  test.each([
    ["one that the task has not", "/v1/ner/ark", { text }, 422, "unknown-scheme"],
    ["one of a task that has a single one", "/v1/sentiment/ark", { text }, 422, "unknown-scheme"],
    ["one of a task that there is not", "/v1/ours/ark", { text }, 404, "unknown-task"],
    ["two", "/v1/ner/wnut17", { text, scheme: "wnut16" }, 400, "unknown-option"],
    ["two, one of them in a list", "/v1/ner/wnut17", { batch: [{ text, scheme: "wnut16" }] }, 400, "unknown-option"],
  ])("%s is refused", async (_, path, body, status, kind) => {
    const response = await post(path, body);
    expect(response.status).toBe(status);
    expect(await response.json()).toMatchObject({ type: `/problems/${kind}` });
  });
});
