import type { FillMaskTask } from "../../bundle/manifest.ts";
import type { Model } from "../../runtime/model.ts";
import { masksWork } from "../../tasks/answer.ts";
import { masksOf, predictMasks, targetIds } from "../../tasks/fill-mask.ts";
import type { Reading } from "../../tasks/read.ts";
import { oneOrList, type Pipeline } from "./pipeline.ts";

interface FilledMask {
  score: number;
  /** The id of the piece that was put in. */
  token: number;
  token_str: string;
  /** The text as the model reads it, with that piece in the place of the mask. */
  sequence: string;
}

/** Of a text with one mask its predictions; of one with several the predictions of each. */
export type FilledMasks = FilledMask[] | FilledMask[][];

export interface FillMaskParameters {
  top_k?: number | undefined;
  targets?: string | string[] | undefined;
}

/** How many predictions a mask gets when nobody says, as at Hugging Face. */
const DEFAULT_PREDICTIONS = 5;

/** What may stand in the place of each `<mask>`, likeliest first. */
export function fillMask(
  task: FillMaskTask,
  { top_k = DEFAULT_PREDICTIONS, targets }: FillMaskParameters,
): Pipeline<FilledMasks, FilledMasks | FilledMasks[]> {
  const words = targets === undefined ? undefined : [...new Set([targets].flat())];
  return {
    options: { pipeline: "fill-mask", truncation: "truncate", top_k, targets: words },
    tag: "fill-mask",
    wanted: "all",
    extraWork(model, plan) {
      if (words) targetIds(model, words, "/parameters/targets");
      return masksWork(masksOf(model, plan).length, Math.min(top_k, words?.length ?? top_k));
    },
    async answer(model, reading, turn) {
      const ids = words && targetIds(model, words, "/parameters/targets");
      const masks = await predictMasks(model, task, reading, top_k, ids, turn);
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

/** What was read as text. Special tokens are left out of it, unless other masks stay, which would vanish too. */
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
