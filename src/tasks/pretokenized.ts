import type { Encoding, Tokenizer } from "../tokenizer/index.ts";

/**
 * Encodes pre-tokenized input, a list of words. `text` is the words joined by spaces, and every span of the encoding refers to
 * that text.
 */
export function encodeTokens(tokenizer: Tokenizer, tokens: readonly string[]): { text: string; encoding: Encoding } {
  const encoding = tokenizer.encodeWords(tokens);
  const text = tokens.join(" ");
  const offsets = encoding.offsets.map((): [number, number] => [text.length, text.length]);
  offsets[0] = [0, 0];
  let at = 0;
  const words = encoding.words.map((word, index) => {
    const token = tokens[index] as string;
    for (let piece = word.firstPiece; piece < word.firstPiece + word.pieces; piece++) {
      const [start, end] = encoding.offsets[piece] as [number, number];
      offsets[piece] = [at + start, at + end];
    }
    const placed = { ...word, start: at, end: at + token.length };
    at += token.length + 1;
    return placed;
  });
  return { text, encoding: { ...encoding, offsets, words } };
}
