import { createSegmenter } from "./bpe.ts";
import { is, PYTHON_SPACE } from "./char-class.ts";
import { parseEmojiNames } from "./demojize.ts";
import { type Encoding, type EncodingBuilder, encodingBuilder } from "./encoding.ts";
import { parseMerges } from "./merges.ts";
import { normalizeTweet, normalizeWord } from "./normalize.ts";
import { forEachWord } from "./python-space.ts";
import { emptySpanText, pushRange, type Report, type SpanText, toSpanText } from "./span-text.ts";
import { splitSpecialTokens } from "./special-tokens.ts";
import { parseVocabulary } from "./vocabulary.ts";

export type { Encoding } from "./encoding.ts";

/** A model's tokenizer files, as text. */
export interface TokenizerFiles {
  /** `vocab.txt`, a fairseq dictionary. */
  vocab: string;
  /** `bpe.codes` of fastBPE. */
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
  /** The piece of an id, with its `@@` where it does not end a word. */
  pieceOf(id: number): string;
  /** How many ids there are, `<mask>` included. */
  readonly vocabSize: number;
  readonly padId: number;
  readonly unkId: number;
  readonly maskId: number;
}

/**
 * A tokenizer whose ids equal those of Hugging Face's slow `BertweetTokenizer` with `normalization=True`.
 *
 * @throws Error if a file is not in its format
 */
export function createTokenizer(files: TokenizerFiles): Tokenizer {
  const vocabulary = parseVocabulary(files.vocab);
  const segment = createSegmenter(parseMerges(files.merges), vocabulary);
  const emoji = parseEmojiNames(files.emoji);
  return {
    encode(text) {
      const builder = encodingBuilder(vocabulary, segment);
      const report = reportTo(builder, text);
      for (const { start, end, special } of splitSpecialTokens(text)) {
        if (special) {
          builder.addSpecialToken(text.slice(start, end), start, end);
        } else {
          const normalized = normalizeTweet(toSpanText(text, start, end), emoji, report);
          forEachWord(normalized.codePoints, (from, to) => builder.addWord(normalized, from, to));
        }
      }
      return builder.finish(text.length);
    },
    encodeWords(words) {
      const builder = encodingBuilder(vocabulary, segment);
      for (const word of words) {
        const normalized = withoutSpaces(
          normalizeWord(toSpanText(word, 0, word.length), emoji, reportTo(builder, word)),
        );
        const result = normalized.codePoints.length > 0 ? normalized : unknownWord(word.length);
        builder.addWord(result, 0, result.codePoints.length);
      }
      return builder.finish(0);
    },
    pieceOf: (id) => vocabulary.pieceOf(id),
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
