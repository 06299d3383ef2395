import { countLines, forEachLine, splitWords, universalNewlines } from "../python/whitespace.ts";
import { toText } from "../span-text.ts";
import { type Merges, mergeSymbols } from "./merge-symbols.ts";
import { NO_RANK, PairRanks } from "./pair-ranks.ts";
import { StringTable } from "./string-table.ts";
import type { Subwords, WordPieces } from "./subwords.ts";
import type { TokenizerTables } from "./tables.ts";
import { parseVocabulary, type Vocabulary, vocabularyOf } from "./vocabulary.ts";

/** Suffix of the last symbol of a word, in `bpe.codes`. */
const WORD_END = "</w>";
const MAX_CHARACTER_BYTES = 4; // in UTF-8
const NO_SYMBOL = -1;
const CONTINUATION = "@@";

/**
 * fastBPE as in Hugging Face's `BertweetTokenizer`. A piece that does not end its word has the suffix `@@`.
 *
 * @throws Error if a file is not in its format
 */
export function parseFastBpe(files: { vocab: string; merges: string }): Subwords {
  return fastBpe(parseVocabulary(files.vocab), parseMerges(files.merges));
}

/** The same tokenizer from its tables. */
export function openFastBpe(tables: TokenizerTables): Subwords {
  return fastBpe(vocabularyOf(tables.pieces, tables.moved), fastBpeMerges(tables));
}

function fastBpe(vocabulary: Vocabulary, merges: FastBpeMerges): Subwords {
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
  /** The symbol of a single code point, or NO_SYMBOL if no merge has it. `last` is true for the last code point of a word. */
  symbolOf(codePoint: number, last: boolean): number;
}

/**
 * Reads `bpe.codes`. Each line is `<left> <right> <count>`, and the earliest merge comes first. Text after the last line feed is
 * ignored, as in the reference.
 */
function parseMerges(text: string): FastBpeMerges {
  const all = universalNewlines(text);
  const lines = all.slice(0, all.lastIndexOf("\n") + 1);
  const count = countLines(lines);
  const symbols = StringTable.empty(3 * count);
  const ranks = PairRanks.empty(count);
  const merged = new Uint32Array(count);
  forEachLine(lines, (line, rank) => {
    const parts = splitWords(line);
    if (parts.length !== 3) return;
    const [left, right] = parts as [string, string, string];
    ranks.set(symbols.add(left), symbols.add(right), rank);
    merged[rank] = symbols.add(left + right);
  });
  return fastBpeMerges({ ranks, merged, ...singleSymbols(symbols) });
}

function fastBpeMerges({
  ranks,
  merged,
  inner,
  last,
}: Pick<TokenizerTables, "ranks" | "merged" | "inner" | "last">): FastBpeMerges {
  return {
    symbolOf: (codePoint, isLast) => (isLast ? last : inner).get(codePoint) ?? NO_SYMBOL,
    rankOf: (left, right) => (left === NO_SYMBOL || right === NO_SYMBOL ? NO_RANK : ranks.get(left, right)),
    mergedSymbol: (rank) => merged[rank] as number,
  };
}

/** The symbols of one code point: those inside a word, and those at its end. */
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
