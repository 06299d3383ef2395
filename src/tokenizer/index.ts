import { addWords, addWordsAndSpecialTokens } from "./add-words.ts";
import { createByteLevelBpe } from "./bpe/byte-level-bpe.ts";
import { createFastBpe } from "./bpe/fastbpe.ts";
import { cacheWords } from "./bpe/word-cache.ts";
import { type Encoding, type EncodingBuilder, encodingBuilder } from "./encoding.ts";
import { parseEmojiNames } from "./normalize/emoji-names.ts";
import { normalizeTweet, normalizeWord } from "./normalize/normalize.ts";
import { is, PYTHON_SPACE } from "./python/char-class.ts";
import { forEachWord } from "./python/whitespace.ts";
import { emptySpanText, pushRange, type Report, type SpanText, toSpanText } from "./span-text.ts";
import { forEachPart } from "./special-tokens.ts";

export type { Encoding } from "./encoding.ts";

/** A model's tokenizer files, as text. */
export interface TokenizerFiles {
  /** `vocab.txt`, a fairseq dictionary; of a byte-level BPE `vocab.json`, the id of each piece. */
  vocab: string;
  /** `bpe.codes` of fastBPE; of a byte-level BPE `merges.txt`. */
  merges: string;
  /** JSON: the name of each emoji that is one code point, `{"<emoji>": ":name:"}`. */
  emoji: string;
}

export interface Tokenizer {
  /** Normalizes and encodes a tweet. Never truncates; every string is valid input, even one with lone surrogates. */
  encode(text: string): Encoding;
  /**
   * Encodes words that are cut out already: each stays one word, one that normalizes to nothing becomes the characters
   * `<unk>`, and special tokens are not looked for. All places are relative to the word's own text.
   */
  encodeWords(words: readonly string[]): Encoding;
  /** The piece of an id, as the vocabulary writes it. */
  pieceOf(id: number): string;
  /** The text that pieces make, without the marks that the vocabulary puts in them. */
  textOf(pieces: readonly string[]): string;
  /** How many ids there are, `<mask>` included. */
  readonly vocabSize: number;
  readonly padId: number;
  readonly unkId: number;
  readonly maskId: number;
}

const kinds = { fastbpe: createFastBpe, "byte-level-bpe": createByteLevelBpe };

/** `fastbpe`: BERTweet and BERTweet-base; `byte-level-bpe`: BERTweet-large, which has RoBERTa's vocabulary. */
type TokenizerKind = keyof typeof kinds;

/**
 * A tokenizer whose ids equal those of Hugging Face's `BertweetTokenizer` with `normalization=True`, or for a byte-level BPE those of its
 * `RobertaTokenizer` on the text that `BertweetTokenizer.normalizeTweet` makes of a tweet.
 *
 * @throws Error if a file is not in its format
 */
export function createTokenizer(files: TokenizerFiles, kind: TokenizerKind = "fastbpe"): Tokenizer {
  const subwords = kinds[kind](files);
  const { vocabulary } = subwords;
  const segment = cacheWords(subwords);
  const emoji = parseEmojiNames(files.emoji);
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

/** Adds rewrites of `text` to an encoding, but for those that change nothing. */
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
