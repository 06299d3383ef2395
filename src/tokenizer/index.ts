import { addWords, addWordsAndSpecialTokens } from "./add-words.ts";
import { openByteLevelBpe, parseByteLevelBpe } from "./bpe/byte-level-bpe.ts";
import { openFastBpe, parseFastBpe } from "./bpe/fastbpe.ts";
import type { Subwords } from "./bpe/subwords.ts";
import { openTables } from "./bpe/tables.ts";
import { cacheWords } from "./bpe/word-cache.ts";
import { type Encoding, type EncodingBuilder, encodingBuilder } from "./encoding.ts";
import { parseEmojiNames } from "./normalize/emoji-names.ts";
import { type EmojiNames, normalizeTweet, normalizeWord } from "./normalize/normalize.ts";
import { is, PYTHON_SPACE } from "./python/char-class.ts";
import { forEachWord } from "./python/whitespace.ts";
import { emptySpanText, pushRange, type Report, type SpanText, toSpanText } from "./span-text.ts";
import { forEachPart } from "./special-tokens.ts";

export type { Encoding } from "./encoding.ts";

/** A model's tokenizer files, as text. */
export interface TokenizerFiles {
  /** fastBPE: `vocab.txt`, a fairseq dictionary. Byte-level BPE: `vocab.json`, the id of each piece. */
  vocab: string;
  /** fastBPE: `bpe.codes`. Byte-level BPE: `merges.txt`. */
  merges: string;
  /** JSON with the name of each emoji of one code point: `{"<emoji>": ":name:"}`. */
  emoji: string;
}

export interface Tokenizer {
  /** Normalizes and encodes a tweet. Never truncates. Every string is valid input, even one with lone surrogates. */
  encode(text: string): Encoding;
  /**
   * Encodes pre-tokenized input, a list of words. Each word stays one word. A word that normalizes to nothing becomes the characters
   * `<unk>`. Special tokens are not recognized. Offsets are relative to each word's own text.
   */
  encodeWords(words: readonly string[]): Encoding;
  /** The piece of an id, as in the vocabulary. `<unk>` if no piece has the id. */
  pieceOf(id: number): string;
  /** The text of pieces, without the vocabulary's own marks (such as `@@`). */
  textOf(pieces: readonly string[]): string;
  /** Number of ids, including `<mask>`. */
  readonly vocabSize: number;
  readonly padId: number;
  readonly unkId: number;
  readonly maskId: number;
}

const kinds = {
  fastbpe: { parse: parseFastBpe, open: openFastBpe },
  "byte-level-bpe": { parse: parseByteLevelBpe, open: openByteLevelBpe },
};

/** `fastbpe` is for BERTweet and BERTweet-base. `byte-level-bpe` is for BERTweet-large, which has RoBERTa's vocabulary. */
type TokenizerKind = keyof typeof kinds;

/**
 * A tokenizer with the same ids as Hugging Face's.
 *
 * - fastBPE: those of `BertweetTokenizer` with `normalization=True`.
 * - Byte-level BPE: those of `RobertaTokenizer`, on the result of `BertweetTokenizer.normalizeTweet`.
 *
 * @throws Error if a file is not in its format
 */
export function createTokenizer(files: TokenizerFiles, kind: TokenizerKind = "fastbpe"): Tokenizer {
  return tokenizerOf(kinds[kind].parse(files), parseEmojiNames(files.emoji));
}

/**
 * The same tokenizer from its tables, without parsing.
 *
 * @param file made by `scripts/training/bertweet/export/tokenizer_tables.py` from a model's tokenizer files
 * @throws Error if the file is not in that format
 * @example
 * ```ts
 * import { readFile } from "node:fs/promises";
 * import { openTokenizer } from "bertweet-edge/tokenizer";
 *
 * const { buffer } = new Uint8Array(await readFile("models/bertweet-mini/tokenizer.bin"));
 * console.log(openTokenizer(buffer, "fastbpe").encode("so good 😀").normalized); // so good :grinning_face:
 * ```
 */
export function openTokenizer(file: ArrayBuffer, kind: TokenizerKind): Tokenizer {
  const tables = openTables(file);
  return tokenizerOf(kinds[kind].open(tables), tables.emoji);
}

function tokenizerOf(subwords: Subwords, emoji: EmojiNames): Tokenizer {
  const { vocabulary } = subwords;
  const segment = cacheWords(subwords);
  return {
    encode(text) {
      const builder = encodingBuilder(subwords, segment);
      const normalize = (part: SpanText) => normalizeTweet(part, emoji, reportTo(builder, text));
      const sent = toSpanText(text, 0, text.length);
      if (subwords.specialTokensIn === "normalized") {
        addWordsAndSpecialTokens(builder, normalize(sent));
      } else {
        forEachPart(sent.codePoints, 0, sent.codePoints.length, (from, to, token) => {
          const [start, end] = [sent.starts[from] as number, sent.ends[to - 1] as number];
          if (token === undefined) addWords(builder, normalize(toSpanText(text, start, end)));
          else builder.addSpecialToken(token, start, end);
        });
      }
      return builder.finish(text.length);
    },
    encodeWords(words) {
      const builder = encodingBuilder(subwords, segment);
      for (const [i, word] of words.entries()) {
        const normalized = withoutSpaces(
          normalizeWord(toSpanText(word, 0, word.length), emoji, reportTo(builder, word)),
        );
        const result = normalized.codePoints.length > 0 ? normalized : unknownWord(word.length);
        builder.addWord(result, 0, result.codePoints.length, i > 0);
      }
      return builder.finish(0);
    },
    pieceOf: (id) => vocabulary.pieceOf(id),
    textOf: subwords.textOf,
    vocabSize: vocabulary.size,
    padId: vocabulary.padId,
    unkId: vocabulary.unkId,
    maskId: vocabulary.maskId,
  };
}

/** Adds rewrites of `text` to an encoding. Skips rewrites that change nothing. */
function reportTo(builder: EncodingBuilder, text: string): Report {
  return (kind, to, start, end) => {
    const from = text.slice(start, end);
    if (from !== to) builder.addRewrite({ kind, from, to, start, end });
  };
}

function withoutSpaces(text: SpanText): SpanText {
  if (!text.codePoints.some((codePoint) => is(codePoint, PYTHON_SPACE))) return text;
  const out = emptySpanText();
  forEachWord(text.codePoints, (from, to) => pushRange(out, text, from, to));
  return out;
}

function unknownWord(length: number): SpanText {
  const codePoints = Array.from("<unk>", (character) => character.charCodeAt(0));
  return { codePoints, starts: codePoints.map(() => 0), ends: codePoints.map(() => length) };
}
