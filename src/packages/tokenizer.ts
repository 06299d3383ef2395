import usualEmoji from "../../models/bertweet-mini/emoji.json" with { type: "json" };
import { createTokenizer, type Encoding, type TokenizerFiles } from "../tokenizer/index.ts";

export type { Encoding } from "../tokenizer/index.ts";

/** A model's tokenizer files, as text. */
export type Files = { vocab: string } & (
  | {
      /** `bpe.codes` of fastBPE; `vocab` is `vocab.txt`: BERTweet and BERTweet-base. */
      codes: string;
    }
  | {
      /** `merges.txt` of a byte-level BPE; `vocab` is `vocab.json`: BERTweet-large. */
      merges: string;
    }
) & {
    /** Names of emoji as JSON, `{"<emoji>": ":name:"}`. Default: those of Python's `emoji` 0.6.0. */
    emoji?: string;
  };

/** A text as the model reads it. */
export interface Normalized {
  /** Words joined by single spaces. */
  text: string;
  /** The changes to the text, with their places in the original text in UTF-16 code units. */
  rewrites: Encoding["rewrites"];
}

export interface Tokenizer {
  /**
   * Normalizes and encodes a text. Never truncates. Every string is valid input. Offsets are UTF-16 code units of the original text.
   *
   * @example
   * ```ts
   * const { pieces, ids, offsets } = tokenizer.encode("so happy 😀");
   * console.log(pieces.join(" ")); // <s> so happy :grinning_face: </s>
   * console.log(ids.length, offsets[3]); // 5 [ 9, 11 ]
   * ```
   */
  encode(text: string): Encoding;
  /**
   * Encodes several texts. Each gets the encoding that it gets alone.
   *
   * @example
   * ```ts
   * console.log(tokenizer.encodeBatch(["so happy", "not again 😀"]).map(({ ids }) => ids.length)); // [ 4, 5 ]
   * ```
   */
  encodeBatch(texts: readonly string[]): Encoding[];
  /**
   * Encodes pre-tokenized input, a list of words. Each word stays one word. Offsets are relative to each word's own text.
   *
   * @example
   * ```ts
   * const { words } = tokenizer.encodeWords(["well", "…", "😀"]);
   * console.log(words.map(({ text }) => text).join(" ")); // well ... :grinning_face:
   * ```
   */
  encodeWords(words: readonly string[]): Encoding;
  /**
   * The normalized text of some ids, without `<s>`, `</s>` and `<pad>`. Unknown pieces become `<unk>`.
   *
   * @example
   * ```ts
   * console.log(tokenizer.decode(tokenizer.encode("so happy… 😀").ids)); // so happy ... :grinning_face:
   * ```
   */
  decode(ids: Iterable<number>): string;
  /**
   * The text as the model reads it.
   *
   * @example
   * ```ts
   * const { text, rewrites } = tokenizer.normalize("well… 😀");
   * console.log(text, rewrites.length); // well ... :grinning_face: 2
   * ```
   */
  normalize(text: string): Normalized;
  /** Number of ids, including `<mask>`. */
  readonly vocabSize: number;
  readonly padId: number;
  readonly unkId: number;
  readonly maskId: number;
}

/**
 * BERTweet's tokenizer. It gives the ids of Hugging Face's `BertweetTokenizer` with `normalization=True`, and each piece's place in the text.
 *
 * @throws Error if a file is not in its format
 * @example
 * ```ts
 * import { readFile } from "node:fs/promises";
 * import { fromFiles } from "bertweet-edge/tokenizer";
 *
 * const read = (name: string) => readFile(`models/bertweet-mini/${name}`, "utf8");
 * const tokenizer = fromFiles({ vocab: await read("vocab.txt"), codes: await read("bpe.codes") });
 * console.log(tokenizer.vocabSize); // 32000
 * ```
 */
export function fromFiles({ vocab, emoji = JSON.stringify(usualEmoji), ...subwords }: Files): Tokenizer {
  const fastBpe = "codes" in subwords;
  const files: TokenizerFiles = { vocab, merges: fastBpe ? subwords.codes : subwords.merges, emoji };
  const tokenizer = createTokenizer(files, fastBpe ? "fastbpe" : "byte-level-bpe");
  const { vocabSize, padId, unkId, maskId } = tokenizer;
  const left = new Set(["<s>", "</s>", "<pad>"]);
  return {
    encode: tokenizer.encode,
    encodeBatch: (texts) => texts.map(tokenizer.encode),
    encodeWords: tokenizer.encodeWords,
    decode: (ids) => {
      const pieces = Array.from(ids, (id) => tokenizer.pieceOf(id)).filter((piece) => !left.has(piece));
      return tokenizer.textOf(pieces).trim();
    },
    normalize(text) {
      const { normalized, rewrites } = tokenizer.encode(text);
      return { text: normalized, rewrites };
    },
    vocabSize,
    padId,
    unkId,
    maskId,
  };
}
