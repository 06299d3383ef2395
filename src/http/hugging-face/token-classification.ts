import type { TaggingTask } from "../../bundle/manifest.ts";
import { headProbabilities } from "../../runtime/heads.ts";
import type { Model } from "../../runtime/model.ts";
import { isBio } from "../../tasks/bio.ts";
import type { Reading } from "../../tasks/read.ts";
import { roundScore } from "../../tasks/round-score.ts";
import {
  type AggregationStrategy,
  aggregate,
  type EntityGroup,
  type ScoredPiece,
  type TaggedPiece,
} from "./aggregate.ts";
import { oneOrList, type Pipeline } from "./pipeline.ts";

export type TokenEntities = (TaggedPiece | EntityGroup)[];

export interface TokenClassificationParameters {
  aggregation_strategy?: AggregationStrategy | undefined;
  ignore_labels?: string[] | undefined;
  /** Given, the text is read whole, in overlapping windows. */
  stride?: number | undefined;
}

/**
 * Tagged pieces, or groups of them. Grouped by default, as at Hugging Face; without its `O`, which only BIO tag sets
 * have as a tag for nothing (in ARK's it is a pronoun).
 */
export function tokenClassification(
  name: string,
  task: TaggingTask,
  { aggregation_strategy = "simple", ignore_labels, stride }: TokenClassificationParameters,
): Pipeline<TokenEntities, TokenEntities | TokenEntities[]> {
  const ignored = ignore_labels ?? (isBio(task.labels) ? ["O"] : []);
  return {
    options: {
      pipeline: "token-classification",
      task: name,
      truncation: stride === undefined ? "truncate" : "window",
      aggregation_strategy,
      ignored,
    },
    tag: "token-classification",
    wanted: "all",
    answer(model, reading) {
      const scored = scorePieces(model, task, reading);
      const aggregated = aggregate(scored, task.labels, aggregation_strategy, ignored, model.tokenizer.textOf);
      return aggregated.map((each) => ({ ...each, score: roundScore(each.score) }));
    },
    shape: oneOrList,
  };
}

/** Every piece that was read, scored by its own hidden state. One that the model doesn't know is shown as it was sent. */
function scorePieces(model: Model, task: TaggingTask, { text, encoding, pieceState }: Reading): ScoredPiece[] {
  const head = model.head(task);
  const { ids, offsets } = encoding;
  const scored: ScoredPiece[] = [];
  for (const { firstPiece, pieces } of encoding.words) {
    for (let index = firstPiece; index < firstPiece + pieces; index++) {
      const state = pieceState(index);
      if (!state) continue;
      const id = ids[index] as number;
      const [start, end] = offsets[index] as [number, number];
      const word = id === model.tokenizer.unkId ? text.slice(start, end) : model.tokenizer.pieceOf(id);
      const scores = headProbabilities(state, head);
      scored.push({ word, index, start, end, continuesWord: index > firstPiece, scores });
    }
  }
  return scored;
}
