import { countLines, forEachLine, universalNewlines } from "../python/whitespace.ts";
import { pushUtf8 } from "../utf8.ts";
import { byteCharacters, bytesOf } from "./byte-characters.ts";
import { forEachGpt2Token } from "./gpt2-pattern.ts";
import { type Merges, mergeSymbols } from "./merge-symbols.ts";
import { PairRanks } from "./pair-ranks.ts";
import type { Subwords, WordPieces } from "./subwords.ts";
import type { Numbers, TokenizerTables } from "./tables.ts";
import { parseJsonVocabulary, type Vocabulary, vocabularyOf } from "./vocabulary.ts";

const SPACE = 0x20;

/** Writes U+FFFD for bytes that are no character, such as those of a piece that holds half of one. */
const decoder = new TextDecoder("utf-8", { fatal: false, ignoreBOM: true });

/**
 * RoBERTa's byte-level BPE as in `RobertaTokenizer` of Hugging Face with `add_prefix_space=False`: pieces of UTF-8, each byte written by a
 * character of its own (a space is `Ġ`). A lone surrogate is read as U+FFFD.
 *
 * A piece that holds only some of a character's bytes stands for the whole character, so neighbouring pieces of one character overlap
 * in it, and no others do. The space before a word belongs to its first piece, but to no span: a piece that is
 * nothing but this space is empty.
 *
 * @throws Error if a file is not in its format, or if a byte or what a merge makes is not in the vocabulary
 */
export function parseByteLevelBpe(files: { vocab: string; merges: string }): Subwords {
  const vocabulary = parseJsonVocabulary(files.vocab);
  return byteLevelBpe(vocabulary, parseMerges(files.merges, vocabulary));
}

/** The same from its tables. @throws Error if a byte is not in the vocabulary */
export function openByteLevelBpe({ pieces, moved, ranks, merged }: TokenizerTables): Subwords {
  return byteLevelBpe(vocabularyOf(pieces, moved), mergesOf(ranks, merged));
}

function byteLevelBpe(vocabulary: Vocabulary, merges: Merges): Subwords {
  const byteIds = byteCharacters.map((character) => idOf(vocabulary, character));
  return {
    vocabulary,
    textOf: (pieces) => decoder.decode(bytesOf(pieces.join(""))),
    continuation: "",
    specialTokensIn: "normalized",
    segment(word, afterSpace) {
      const out: WordPieces = { ids: [], from: [], to: [] };
      forEachGpt2Token(word, afterSpace, (from, to) => {
        const bytes: number[] = [];
        // Which code point each byte belongs to; a space before the word counts as none before the first.
        const owners: number[] = [];
        if (afterSpace && from === 0) {
          bytes.push(SPACE);
          owners.push(-1);
        }
        for (let at = from; at < to; at++) {
          pushUtf8(bytes, word[at] as number);
          while (owners.length < bytes.length) owners.push(at);
        }
        const { symbols, lengths } = mergeSymbols(
          bytes.map((byte) => byteIds[byte] as number),
          merges,
        );
        let at = 0;
        for (const [i, id] of symbols.entries()) {
          out.ids.push(id);
          out.from.push(Math.max(owners[at] as number, 0));
          at += lengths[i] as number;
          out.to.push((owners[at - 1] as number) + 1);
        }
      });
      return out;
    },
  };
}

/**
 * Reads `merges.txt`: `<left> <right>` a line, the earliest merge first, behind a line with the version, which is not looked at: nor does
 * the reference. Symbols are ids.
 */
function parseMerges(text: string, vocabulary: Vocabulary): Merges {
  const lines = universalNewlines(text);
  const count = countLines(lines);
  const ranks = PairRanks.empty(count);
  const merged = new Uint32Array(count);
  forEachLine(lines, (line, number) => {
    if (number === 0) return;
    const [left, right, ...others] = line.split(" ");
    if (!left || !right || others.length > 0) throw new Error(`merges, line ${number + 1}: expected "<left> <right>"`);
    ranks.set(idOf(vocabulary, left), idOf(vocabulary, right), number - 1);
    merged[number - 1] = idOf(vocabulary, left + right);
  });
  return mergesOf(ranks, merged);
}

function mergesOf(ranks: PairRanks, merged: Numbers): Merges {
  return { rankOf: (left, right) => ranks.get(left, right), mergedSymbol: (rank) => merged[rank] as number };
}

function idOf(vocabulary: Vocabulary, piece: string): number {
  const id = vocabulary.idOf(piece);
  if (id === vocabulary.unkId) throw new Error(`vocabulary: ${piece} is missing`);
  return id;
}
