import type { Tokenizer } from "../../tokenizer/index.ts";
import type { AggregationStrategy, EntityGroup, TaggedPiece } from "../schemas/hugging-face.ts";

/** A piece of a text as the tagger scored it. */
export interface ScoredPiece {
  /** As in the vocabulary: a piece that does not end its word has the suffix `@@`. */
  word: string;
  /** Index among the pieces of the text; `<s>` is 0. */
  index: number;
  start: number;
  end: number;
  /** Whether the piece before belongs to the same word. */
  continuesWord: boolean;
  /** Probabilities, one a label. */
  scores: Float32Array;
}

interface Place {
  word: string;
  start: number;
  end: number;
}

type Labelled = Place & { label: string; score: number };

/**
 * Tagged pieces, or groups of them, like transformers' token classification pipeline.
 *
 * - `none`: each piece has its most likely tag.
 * - `simple`: neighbours with tags of the same type become a group, but a `B-` starts a new one.
 * - `first`, `average`, `max`: each word first gets one tag, by its first piece, by the average of its pieces' scores, or by the piece
 *   with the highest score. Then words are grouped as with `simple`.
 *
 * A group's score is the mean over its pieces or words.
 *
 * @param ignored tags (`none`) or types (else) that are left out of the answer
 * @param textOf the text that pieces make
 */
export function aggregate(
  pieces: readonly ScoredPiece[],
  labels: readonly string[],
  strategy: AggregationStrategy,
  ignored: readonly string[],
  textOf: Tokenizer["textOf"],
): TaggedPiece[] | EntityGroup[] {
  if (strategy === "none")
    return pieces
      .map(({ word, index, start, end, scores }) => {
        const { label: entity, score } = choose(scores, labels);
        return { entity, score, index, word, start, end };
      })
      .filter(({ entity }) => !ignored.includes(entity));
  const place = (parts: readonly Place[]): Place => {
    const [first, last] = [parts[0] as Place, parts[parts.length - 1] as Place];
    return { word: textOf(parts.map(({ word }) => word)).trim(), start: first.start, end: last.end };
  };
  const tagged =
    strategy === "simple"
      ? pieces.map((piece) => ({ ...place([piece]), ...choose(piece.scores, labels) }))
      : words(pieces).map((word) => ({ ...place(word), ...choose(wordScores(word, strategy), labels) }));
  return groups(tagged)
    .map((group) => {
      const score = group.reduce((sum, each) => sum + each.score, 0) / group.length;
      return { entity_group: typeOf((group[0] as Labelled).label), score, ...place(group) };
    })
    .filter(({ entity_group }) => !ignored.includes(entity_group));
}

function choose(scores: Float32Array, labels: readonly string[]): { label: string; score: number } {
  const score = scores.reduce((a, b) => Math.max(a, b));
  return { label: labels[scores.indexOf(score)] as string, score };
}

function words(pieces: readonly ScoredPiece[]): ScoredPiece[][] {
  const all: ScoredPiece[][] = [];
  for (const piece of pieces) {
    const open = all.at(-1);
    if (open && piece.continuesWord) open.push(piece);
    else all.push([piece]);
  }
  return all;
}

function wordScores(word: readonly ScoredPiece[], strategy: "first" | "average" | "max"): Float32Array {
  const all = word.map(({ scores }) => scores);
  const first = all[0] as Float32Array;
  if (strategy === "first") return first;
  if (strategy === "max") {
    const highest = all.map((scores) => Math.max(...scores));
    return all[highest.indexOf(Math.max(...highest))] as Float32Array;
  }
  return first.map((_, label) => all.reduce((sum, scores) => sum + (scores[label] as number), 0) / all.length);
}

function groups(tagged: readonly Labelled[]): Labelled[][] {
  const all: Labelled[][] = [];
  for (const each of tagged) {
    const open = all.at(-1);
    const goesOn =
      open && !each.label.startsWith("B-") && typeOf(each.label) === typeOf((open.at(-1) as Labelled).label);
    if (goesOn) open.push(each);
    else all.push([each]);
  }
  return all;
}

function typeOf(label: string): string {
  return label.replace(/^[BI]-/, "");
}
