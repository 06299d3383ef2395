import type { Vocabulary } from "./vocabulary.ts";

/** A word's pieces: their ids, and which code points of the word, [from, to), each one stands for. */
export interface WordPieces {
  ids: number[];
  from: number[];
  to: number[];
}

/** Where kinds of tokenizers differ: what pieces a word of the normalized text has, and what that text is. */
export interface Subwords {
  vocabulary: Vocabulary;
  /** Cuts a word, not empty, into pieces; `afterSpace`: not the first of its text, nor right behind a special token. */
  segment(word: readonly number[], afterSpace: boolean): WordPieces;
  /** The text that pieces make. */
  textOf(pieces: readonly string[]): string;
  /** What is written behind a piece that does not end its word. */
  continuation: "@@" | "";
  /**
   * Whether special tokens are looked for in the text as sent, what stands between them being normalized part by part, or in
   * the normalized text. There all but `<mask>` leave the space before them as a piece of its own.
   */
  specialTokensIn: "sent" | "normalized";
}
