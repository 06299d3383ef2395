import type { FillMaskTask } from "../bundle/manifest.ts";
import { RequestFailure } from "../errors.ts";
import { MASK_COST_TOKENS, MAX_MASKS, WORD_ROWS_AT_ONCE } from "../limits.ts";
import type { Model } from "../runtime/model.ts";
import type { Turn } from "../runtime/turns.ts";
import type { FilledMasks } from "./answers.ts";
import { type PieceRanking, rankPieces } from "./rank-pieces.ts";
import type { Reading, ReadingPlan } from "./read.ts";
import { roundScore } from "./round-score.ts";

export interface FillMaskOptions {
  /** How many predictions a mask gets. */
  topK: number;
  /** If given, only these words are scored. Each must be one piece. */
  targets?: readonly string[] | undefined;
  /** Where in the request `targets` stand (RFC 6901). */
  pointer: string;
}

/** The masks and targets of a text, known before the encoder runs. */
export interface MaskPlan {
  /** The `<mask>`s that are read, by their pieces' indexes in the encoding. */
  masks: readonly number[];
  /** The ids of the targets, if the request has any. */
  targets: readonly number[] | undefined;
  /** How many predictions a mask gets. */
  topK: number;
}

/** Parts of the vocabulary that are scored in one turn: a fifth of bertweet-mini's vocabulary. */
const PARTS_AT_ONCE = 25;

/**
 * Finds the masks of a text and the targets in the vocabulary.
 *
 * @throws RequestFailure `no-mask`, `too-many-masks`, `unknown-target` for a target that is not one piece
 */
export function planMasks(model: Model, plan: ReadingPlan, { topK, targets, pointer }: FillMaskOptions): MaskPlan {
  const ids = targets && targetIds(model, targets, pointer);
  return { masks: masksOf(model, plan), targets: ids, topK: Math.min(topK, ids?.length ?? topK) };
}

/** Predictions for each `<mask>`. A `token` is a piece; a piece that does not end a word keeps its `@@`. */
export async function fillMask(
  model: Model,
  task: FillMaskTask,
  reading: Reading,
  plan: MaskPlan,
  turn: Turn,
): Promise<FilledMasks> {
  const masks = (await predictMasks(model, task, reading, plan, turn)).map(({ piece, predictions }) => {
    const [start, end] = reading.encoding.offsets[piece] as [number, number];
    const tokens = predictions.map(({ id, score }) => ({ token: model.tokenizer.pieceOf(id), score }));
    return { start, end, predictions: tokens };
  });
  return { masks };
}

/** A `<mask>`, by its piece's index, with the ids of its predictions, most likely first. */
interface PredictedMask {
  piece: number;
  predictions: { id: number; score: number }[];
}

/** @throws RequestFailure `no-mask` if there is none, `too-many-masks` if there are more than MAX_MASKS */
function masksOf({ tokenizer }: Model, { encoding, ranges }: ReadingPlan): number[] {
  const last = ranges[ranges.length - 1]?.end ?? 0;
  const masks: number[] = [];
  encoding.ids.forEach((id, piece) => {
    if (id === tokenizer.maskId && piece <= last) masks.push(piece);
  });
  if (masks.length === 0) throw new RequestFailure({ kind: "no-mask" });
  if (masks.length > MAX_MASKS) throw new RequestFailure({ kind: "too-many-masks", masks: masks.length });
  return masks;
}

/**
 * The `topK` most likely pieces for each `<mask>`, or for targets the most likely targets. Scores are a softmax over the whole vocabulary.
 *
 * @param turn is waited for between two parts of the vocabulary
 */
export async function predictMasks(
  model: Model,
  task: FillMaskTask,
  reading: Reading,
  { masks, targets, topK }: MaskPlan,
  turn: Turn,
): Promise<PredictedMask[]> {
  const rankings = masks.map(() => rankPieces(topK, targets));
  const states = masks.map((piece) => reading.pieceState(piece) as Float32Array);
  const parts = model.manifest.architecture.vocab_size / WORD_ROWS_AT_ONCE;
  const costOfTurn = (MASK_COST_TOKENS * masks.length * Math.min(parts, PARTS_AT_ONCE)) / parts;
  let part = 0;
  for await (const { first, logits } of model.pieceLogits(task, states)) {
    if (part++ % PARTS_AT_ONCE === 0) await turn(costOfTurn);
    for (const [index, ranking] of rankings.entries()) ranking.take(first, logits[index] as Float32Array);
  }
  return masks.map((piece, index) => {
    const likeliest = (rankings[index] as PieceRanking).likeliest();
    return { piece, predictions: likeliest.map(({ id, score }) => ({ id, score: roundScore(score) })) };
  });
}

/** @throws RequestFailure `unknown-target` for a word that is not one piece */
function targetIds({ tokenizer }: Model, targets: readonly string[], pointer: string): number[] {
  return targets.map((target, index) => {
    const { ids, unknown } = tokenizer.encode(target);
    if (ids.length === 3 && unknown === 0) return ids[1] as number;
    const detail = "A target must be one piece of the vocabulary.";
    throw new RequestFailure({ kind: "unknown-target", errors: [{ pointer: `${pointer}/${index}`, detail }] });
  });
}
