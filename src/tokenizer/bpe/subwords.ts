import type { Vocabulary } from "./vocabulary.ts";

/** A word's pieces: their ids, and which code points of the word, [from, to), each one stands for. */
export interface WordPieces {
  ids: number[];
  from: number[];
  to: number[];
}

/** The part that differs between kinds of tokenizers: how words are cut into pieces, and how pieces become text. */
export interface Subwords {
  vocabulary: Vocabulary;
  /** Cuts a non-empty word into pieces. `afterSpace` is false for the first word of a text and for a word right after a special token. */
  segment(word: readonly number[], afterSpace: boolean): WordPieces;
  /** The text that pieces make. */
  textOf(pieces: readonly string[]): string;
  /** The suffix of a piece that does not end its word. */
  continuation: "@@" | "";
  /**
   * Where special tokens are searched. `sent`: in the text as sent; the parts between them are normalized one by one. `normalized`: in
   * the normalized text; the space before a special token other than `<mask>` becomes a piece of its own.
   */
  specialTokensIn: "sent" | "normalized";
}
