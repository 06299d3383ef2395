import { describe, expect, it } from "vitest";
import { parseVocabulary } from "./vocabulary.ts";

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
