import type { Segmenter } from "./bpe.ts";
import type { RewriteKind, SpanText } from "./span-text.ts";
import type { Vocabulary } from "./vocabulary.ts";

/** A place where the text that the model reads is not the text as sent; `from` is the original from `start` to `end`. */
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

/** A text as the model reads it. All places are UTF-16 code units of the text as sent. */
export interface Encoding {
  /** `<s>`, the pieces (`@@` behind those that do not end a word), `</s>`. */
  pieces: string[];
  /** One id for each piece. */
  ids: Int32Array;
  /** [start, end) of each piece; [0, 0] for `<s>` and [n, n] for `</s>`. A rewritten word's pieces may each have its whole span. */
  offsets: [number, number][];
  words: Word[];
  /** The words, joined by spaces. */
  normalized: string;
  /** In the order of their beginnings. */
  rewrites: Rewrite[];
  /** How many ids are that of `<unk>`. */
  unknown: number;
}

export interface EncodingBuilder {
  addWord(text: SpanText, from: number, to: number): void;
  addSpecialToken(token: string, start: number, end: number): void;
  addRewrite(rewrite: Rewrite): void;
  /** Closes the encoding of a text of `length` UTF-16 code units. */
  finish(length: number): Encoding;
}

/** Collects words into an encoding that begins with `<s>`. */
export function encodingBuilder(vocabulary: Vocabulary, segment: Segmenter): EncodingBuilder {
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
    addWord({ codePoints, starts, ends }, from, to) {
      const word = segment(codePoints, from, to);
      const firstPiece = pieces.length;
      let at = from;
      for (let i = 0; i < word.ids.length; i++) {
        const next = at + (word.lengths[i] as number);
        addPiece(word.pieces[i] as string, word.ids[i] as number, starts[at] as number, ends[next - 1] as number);
        at = next;
      }
      const [start, end] = [starts[from] as number, ends[to - 1] as number];
      words.push({ text: word.text, start, end, firstPiece, pieces: word.ids.length });
    },
    addSpecialToken(token, start, end) {
      words.push({ text: token, start, end, firstPiece: pieces.length, pieces: 1 });
      addPiece(token, vocabulary.idOf(token), start, end);
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
