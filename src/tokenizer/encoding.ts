import type { Subwords } from "./bpe/subwords.ts";
import type { Segmenter } from "./bpe/word-cache.ts";
import { type RewriteKind, type SpanText, toText } from "./span-text.ts";

const SPACE = 0x20;

/** A place where normalization changed the text. `from` is the original text from `start` to `end`. */
interface Rewrite {
  kind: RewriteKind;
  from: string;
  to: string;
  start: number;
  end: number;
}

/** A white-space separated word of the normalized text. */
interface Word {
  text: string;
  start: number;
  end: number;
  /** Index of its first piece, `<s>` included. */
  firstPiece: number;
  /** How many pieces it has. */
  pieces: number;
}

/** A text as the model reads it. All positions are UTF-16 code units of the text as sent. */
export interface Encoding {
  /** `<s>`, the pieces as the vocabulary writes them, `</s>`. */
  pieces: string[];
  /** One id for each piece. */
  ids: Int32Array;
  /**
   * [start, end) of each piece; [0, 0] for `<s>` and [n, n] for `</s>`. A rewritten word's pieces may each have its whole span,
   * and pieces that hold parts of one character have that of the whole character. A space is in no span.
   */
  offsets: [number, number][];
  words: Word[];
  /** The words, joined by spaces. */
  normalized: string;
  /** Ordered by `start`. */
  rewrites: Rewrite[];
  /** Number of `<unk>` ids. */
  unknown: number;
}

export interface EncodingBuilder {
  /** Adds the word from `from` to `to`. `afterSpace`: a space precedes it. */
  addWord(text: SpanText, from: number, to: number, afterSpace: boolean): void;
  /** Adds a special token written out from `start` to `end` of the text as sent. */
  addSpecialToken(token: string, start: number, end: number): void;
  /** Adds the pieces of a space that stands alone before the place `at` of the text; they belong to no word. */
  addSpace(text: SpanText, at: number): void;
  addRewrite(rewrite: Rewrite): void;
  /** Closes the encoding of a text of `length` UTF-16 code units. */
  finish(length: number): Encoding;
}

/** Collects words into an encoding that begins with `<s>`. */
export function encodingBuilder({ vocabulary, continuation }: Subwords, segment: Segmenter): EncodingBuilder {
  const pieces: string[] = [];
  const ids: number[] = [];
  const offsets: [number, number][] = [];
  const words: Word[] = [];
  const rewrites: Rewrite[] = [];
  let unknown = 0;
  const addPiece = (piece: string, id: number, start: number, end: number) => {
    pieces.push(piece);
    ids.push(id);
    if (id === vocabulary.unkId) unknown++;
    offsets.push([start, end]);
  };
  addPiece("<s>", vocabulary.bosId, 0, 0);
  return {
    addWord({ codePoints, starts, ends }, from, to, afterSpace) {
      const firstPiece = pieces.length;
      segment(codePoints, from, to, afterSpace, (id, pieceFrom, pieceTo) => {
        const [first, end] = [from + pieceFrom, from + pieceTo];
        const start = starts[first] as number;
        const piece =
          id === vocabulary.unkId
            ? toText(codePoints, first, end) + (end < to ? continuation : "")
            : vocabulary.pieceOf(id);
        addPiece(piece, id, start, end > first ? (ends[end - 1] as number) : start);
      });
      const text = toText(codePoints, from, to);
      const [start, end] = [starts[from] as number, ends[to - 1] as number];
      words.push({ text, start, end, firstPiece, pieces: pieces.length - firstPiece });
    },
    addSpecialToken(token, start, end) {
      words.push({ text: token, start, end, firstPiece: pieces.length, pieces: 1 });
      addPiece(token, vocabulary.idOf(token), start, end);
    },
    addSpace({ starts }, at) {
      const start = starts[at] as number;
      segment([SPACE], 0, 1, false, (id) => addPiece(vocabulary.pieceOf(id), id, start, start));
    },
    addRewrite: (rewrite) => rewrites.push(rewrite),
    finish(length) {
      addPiece("</s>", vocabulary.eosId, length, length);
      return {
        pieces,
        ids: new Int32Array(ids),
        offsets,
        words,
        normalized: words.map((word) => word.text).join(" "),
        rewrites: rewrites.sort((a, b) => a.start - b.start),
        unknown,
      };
    },
  };
}
