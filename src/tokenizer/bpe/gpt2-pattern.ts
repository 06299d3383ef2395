import { is, L, N } from "../python/char-class.ts";

const APOSTROPHE = 0x27;

/** What GPT-2's pattern splits off behind an apostrophe. */
const contractions = ["s", "t", "re", "ve", "m", "ll", "d"].map((letters) =>
  Array.from(letters, (letter) => letter.charCodeAt(0)),
);

/**
 * Calls back with the bounds of what GPT-2's pattern finds in a word that has no white space in it, or is a space alone:
 * `'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+`. A space before the word belongs to what is found first; then that is no
 * contraction, since the pattern looks for those at the apostrophe and not at the space.
 */
export function forEachGpt2Token(
  word: readonly number[],
  afterSpace: boolean,
  callback: (from: number, to: number) => void,
): void {
  for (let from = 0; from < word.length; ) {
    let to = from === 0 && afterSpace ? -1 : contractionEnd(word, from);
    if (to < 0) {
      const found = classOf(word[from]);
      to = from + 1;
      while (to < word.length && classOf(word[to]) === found) to++;
    }
    callback(from, to);
    from = to;
  }
}

function contractionEnd(word: readonly number[], at: number): number {
  if (word[at] !== APOSTROPHE) return -1;
  const found = contractions.find((letters) => letters.every((letter, i) => word[at + 1 + i] === letter));
  return found === undefined ? -1 : at + 1 + found.length;
}

function classOf(codePoint: number | undefined): number {
  if (is(codePoint, L)) return L;
  return is(codePoint, N) ? N : 0;
}
