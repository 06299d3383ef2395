import { countLines, forEachLine, splitWords, universalNewlines } from "../python/whitespace.ts";
import { toText } from "../span-text.ts";
import { type Merges, mergeSymbols } from "./merge-symbols.ts";
import { NO_RANK, PairRanks } from "./pair-ranks.ts";
import { StringTable } from "./string-table.ts";
import type { Subwords, WordPieces } from "./subwords.ts";
import { parseVocabulary } from "./vocabulary.ts";

/** Marks the last symbol of a word. */
const WORD_END = "</w>";
const MAX_CHARACTER_BYTES = 4; // in UTF-8
const NO_SYMBOL = -1;
const CONTINUATION = "@@";

/**
 * fastBPE as in Hugging Face's `BertweetTokenizer`: `@@` stands behind each piece that does not end its word.
 *
 * @throws Error if a file is not in its format
 */
export function createFastBpe(files: { vocab: string; merges: string }): Subwords {
  const vocabulary = parseVocabulary(files.vocab);
  const merges = parseMerges(files.merges);
  return {
    vocabulary,
    textOf: (pieces) => pieces.join(" ").replaceAll(`${CONTINUATION} `, ""),
    continuation: CONTINUATION,
    specialTokensIn: "sent",
    segment(word) {
      const end = word.length;
      const symbols = word.map((codePoint, i) => merges.symbolOf(codePoint, i === end - 1));
      const out: WordPieces = { ids: [], from: [], to: [] };
      let from = 0;
      for (const length of mergeSymbols(symbols, merges).lengths) {
        const to = from + length;
        out.ids.push(vocabulary.idOf(toText(word, from, to) + (to < end ? CONTINUATION : "")));
        out.from.push(from);
        out.to.push(to);
        from = to;
      }
      return out;
    },
  };
}

interface FastBpeMerges extends Merges {
  /** The symbol of a single code point, NO_SYMBOL if it is in no merge; `last`: at the end of a word. */
  symbolOf(codePoint: number, last: boolean): number;
}

/**
 * Reads `bpe.codes`, `<left> <right> <count>` a line, the earliest merge first. What follows the last line feed is ignored,
 * as the reference ignores it.
 */
function parseMerges(text: string): FastBpeMerges {
  const all = universalNewlines(text);
  const lines = all.slice(0, all.lastIndexOf("\n") + 1);
  const count = countLines(lines);
  const symbols = new StringTable(3 * count);
  const ranks = new PairRanks(count);
  const merged = new Int32Array(count);
  forEachLine(lines, (line, rank) => {
    const parts = splitWords(line);
    if (parts.length !== 3) return;
    const [left, right] = parts as [string, string, string];
    ranks.set(symbols.add(left), symbols.add(right), rank);
    merged[rank] = symbols.add(left + right);
  });
  const { inner, last } = singleSymbols(symbols);
  return {
    symbolOf: (codePoint, isLast) => (isLast ? last : inner).get(codePoint) ?? NO_SYMBOL,
    rankOf: (left, right) => (left === NO_SYMBOL || right === NO_SYMBOL ? NO_RANK : ranks.get(left, right)),
    mergedSymbol: (rank) => merged[rank] as number,
  };
}

/** The symbols that are one code point long, inside a word and at its end. */
function singleSymbols(symbols: StringTable): { inner: Map<number, number>; last: Map<number, number> } {
  const inner = new Map<number, number>();
  const last = new Map<number, number>();
  for (let number = 0; number < symbols.size; number++) {
    if (symbols.bytesOf(number) > MAX_CHARACTER_BYTES + WORD_END.length) continue;
    const symbol = symbols.at(number);
    const codePoint = symbol.codePointAt(0) as number;
    const rest = symbol.slice(codePoint > 0xffff ? 2 : 1);
    if (rest === "") inner.set(codePoint, number);
    if (rest === WORD_END) last.set(codePoint, number);
  }
  return { inner, last };
}
