import type { TaggingTask } from "../bundle/manifest.ts";
import { headLogits, softmax } from "../runtime/heads.ts";
import type { Model } from "../runtime/model.ts";
import type { Tagging } from "./answers.ts";
import { decodeBio, isBio } from "./bio.ts";
import { entitySpans } from "./entity-spans.ts";
import type { Reading } from "./read.ts";
import { roundScore } from "./round-score.ts";

/** Tags every word by the hidden state of its first piece. */
export function tag(model: Model, task: TaggingTask, reading: Reading): Tagging {
  const { text } = reading;
  const head = model.head(task);
  const read = reading.encoding.words.flatMap(({ start, end, firstPiece }) => {
    const state = reading.pieceState(firstPiece);
    return state ? [{ start, end, probabilities: softmax(headLogits(state, head), head.temperature) }] : [];
  });
  const bio = isBio(task.labels);
  const chosen = bio
    ? decodeBio(
        read.map(({ probabilities }) => probabilities),
        task.labels,
      )
    : read.map(({ probabilities }) => highest(probabilities));
  const words = read.map(({ start, end, probabilities }, word) => {
    const label = chosen[word] as number;
    const score = roundScore(probabilities[label] as number);
    return { text: text.slice(start, end), tag: task.labels[label] as string, score, start, end };
  });
  if (!bio) return { words };
  const entities = entitySpans(words.map((word) => word.tag)).map(({ first, end, label }) => {
    const inside = words.slice(first, end);
    const [from, to] = [words[first]?.start as number, words[end - 1]?.end as number];
    const score = roundScore(inside.reduce((sum, word) => sum + word.score, 0) / inside.length);
    return { text: text.slice(from, to), label, score, start: from, end: to };
  });
  return { words, entities };
}

function highest(values: Float32Array): number {
  return values.reduce((best, value, index) => (value > (values[best] as number) ? index : best), 0);
}
