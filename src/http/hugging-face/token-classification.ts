import type { TaggingTask } from "../../bundle/manifest.ts";
import { headProbabilities } from "../../runtime/heads.ts";
import type { Model } from "../../runtime/model.ts";
import { isBio } from "../../tasks/bio.ts";
import { type Reading, truncationOf } from "../../tasks/read.ts";
import { roundScore } from "../../tasks/round-score.ts";
import type { EntityGroup, TaggedPiece, TokenClassificationParameters } from "../schemas/hugging-face.ts";
import { aggregate, type ScoredPiece } from "./aggregate.ts";
import { oneOrList, type Pipeline } from "./pipeline.ts";

export type TokenEntities = (TaggedPiece | EntityGroup)[];

/**
 * Tagged pieces, or groups of them. Grouped by default, as at Hugging Face. The tag `O` is left out for BIO tag sets only: in ARK's tag
 * set it is a pronoun.
 */
export function tokenClassification(
  name: string,
  task: TaggingTask,
  { aggregation_strategy = "simple", ignore_labels, stride }: Omit<TokenClassificationParameters, "scheme">,
): Pipeline<TokenEntities, TokenEntities | TokenEntities[]> {
  const ignored = ignore_labels ?? (isBio(task.labels) ? ["O"] : []);
  return {
    options: {
      pipeline: "token-classification",
      task: name,
      truncation: truncationOf([task], stride === undefined ? undefined : "window"),
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

/** Every piece that was read, scored by its own hidden state. An unknown piece is shown as in the text as sent. */
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
