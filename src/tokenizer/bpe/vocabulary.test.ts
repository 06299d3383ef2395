import { describe, expect, it } from "vitest";
import { parseJsonVocabulary, parseVocabulary } from "./vocabulary.ts";

describe("parseVocabulary", () => {
  it("numbers pieces after the four special tokens and puts <mask> last", () => {
    const vocabulary = parseVocabulary("the 9\nto@@ 8\r\n\ufeff 7\n");
    expect(["<s>", "<pad>", "</s>", "<unk>", "the", "to@@", "\ufeff", "<mask>"].map(vocabulary.idOf)).toEqual([
      0, 1, 2, 3, 4, 5, 6, 7,
    ]);
    expect(vocabulary.size).toBe(8);
  });

  it("answers <unk> for a piece that it lacks", () => {
    expect(parseVocabulary("the 9\n").idOf("xyz")).toBe(3);
  });

  it("names the line that has no count", () => {
    expect(() => parseVocabulary("the 9\nto\n")).toThrow("line 2");
  });
});

describe("parseJsonVocabulary", () => {
  const specials = '"<s>":0,"<pad>":1,"</s>":2,"<unk>":3';

  it("takes the ids as they are", () => {
    const vocabulary = parseJsonVocabulary(`{${specials},"<mask>":5,"Ġthe":4}`);
    expect([vocabulary.idOf("Ġthe"), vocabulary.maskId, vocabulary.size]).toEqual([4, 5, 6]);
    expect([4, 5, 6].map(vocabulary.pieceOf)).toEqual(["Ġthe", "<mask>", "<unk>"]);
  });

  it.each([
    ["[]", "<s> is missing"],
    ["null", "expected an object"],
    [`{${specials}}`, "<mask> is missing"],
    [`{${specials},"<mask>":5}`, "no piece has the id 4"],
    [`{${specials},"<mask>":4,"a":4}`, "no piece has the id 5"],
    [`{${specials},"<mask>":4,"a":-1}`, "no piece has the id 5"],
    [`{${specials},"<mask>":4,"a":"5"}`, "no piece has the id 5"],
  ])("refuses %s", (json, message) => {
    expect(() => parseJsonVocabulary(json)).toThrow(message);
  });
});
