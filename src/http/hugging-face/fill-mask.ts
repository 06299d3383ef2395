import type { FillMaskTask } from "../../bundle/manifest.ts";
import type { Model } from "../../runtime/model.ts";
import { masksWork } from "../../tasks/answer.ts";
import { type MaskPlan, planMasks, predictMasks } from "../../tasks/fill-mask.ts";
import { type Reading, truncationOf } from "../../tasks/read.ts";
import type { FilledMask, FillMaskParameters } from "../schemas/hugging-face.ts";
import { oneOrList, type Pipeline } from "./pipeline.ts";

/** The predictions of a text with one mask, or for each mask of a text with several. */
export type FilledMasks = FilledMask[] | FilledMask[][];

/** Default number of predictions for a mask, as at Hugging Face. */
const DEFAULT_PREDICTIONS = 5;

/** Predictions for each `<mask>`, most likely first. */
export function fillMask(
  task: FillMaskTask,
  { top_k = DEFAULT_PREDICTIONS, targets }: FillMaskParameters,
): Pipeline<FilledMasks, FilledMasks | FilledMasks[]> {
  const words = targets === undefined ? undefined : [...new Set([targets].flat())];
  return {
    options: { pipeline: "fill-mask", truncation: truncationOf([task], undefined), top_k, targets: words },
    tag: "fill-mask",
    wanted: "masks",
    extraWork: (model, plan) =>
      masksWork(planMasks(model, plan, { topK: top_k, targets: words, pointer: "/parameters/targets" })),
    async answer(model, reading, turn, extra) {
      const masks = await predictMasks(model, task, reading, extra.masks as MaskPlan, turn);
      const filled = masks.map(({ piece, predictions }) =>
        predictions.map(({ id, score }) => ({
          score,
          token: id,
          token_str: model.tokenizer.pieceOf(id),
          sequence: sequence(model, reading, piece, id, masks.length > 1),
        })),
      );
      return filled.length === 1 ? (filled[0] as FilledMask[]) : filled;
    },
    shape: oneOrList,
  };
}

/** The text that the model read. Special tokens are left out, but only if no other mask is left, because it would be left out too. */
function sequence(
  { tokenizer }: Model,
  { encoding: { ids }, tokens: { used } }: Reading,
  mask: number,
  filling: number,
  withSpecials: boolean,
): string {
  const read = Array.from(ids.subarray(0, used), (id, piece) => {
    if (piece === mask) return tokenizer.pieceOf(filling);
    return tokenizer.pieceOf(piece === used - 1 ? (ids[ids.length - 1] as number) : id);
  });
  const shown = withSpecials ? read : read.filter((piece) => !/^<(?:s|\/s|unk|pad|mask)>$/.test(piece));
  return tokenizer.textOf(shown).trim();
}
