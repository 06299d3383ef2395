import type { FillMaskTask } from "../bundle/manifest.ts";
import { RequestFailure } from "../errors.ts";
import { MASK_COST_TOKENS, MAX_MASKS, WORD_ROWS_AT_ONCE } from "../limits.ts";
import type { Model } from "../runtime/model.ts";
import type { Turn } from "../runtime/turns.ts";
import { type PieceRanking, rankPieces } from "./rank-pieces.ts";
import type { Reading, ReadingPlan } from "./read.ts";
import { roundScore } from "./round-score.ts";

export interface FillMaskOptions {
  /** How many predictions a mask gets. */
  topK: number;
  /** Only these words are scored, each of which must be one piece. */
  targets?: readonly string[] | undefined;
}

export interface FilledMasks {
  /** Each `<mask>` of the text, [start, end) in UTF-16 code units, with its predictions, likeliest first. */
  masks: { start: number; end: number; predictions: { token: string; score: number }[] }[];
}

/** Parts of the vocabulary that are scored between two turns: a fifth of bertweet-mini's. */
const PARTS_AT_ONCE = 25;

/**
 * What the model would read in the place of each `<mask>`. A `token` is a piece; one that does not end a word keeps its `@@`.
 *
 * @throws RequestFailure `no-mask`, `too-many-masks`, `unknown-target` for a target that is not one piece
 */
export async function fillMask(
  model: Model,
  task: FillMaskTask,
  reading: Reading,
  { topK, targets }: FillMaskOptions,
  turn: Turn,
): Promise<FilledMasks> {
  const ids = targets && targetIds(model, targets, "/targets");
  const masks = (await predictMasks(model, task, reading, topK, ids, turn)).map(({ piece, predictions }) => {
    const [start, end] = reading.encoding.offsets[piece] as [number, number];
    const tokens = predictions.map(({ id, score }) => ({ token: model.tokenizer.pieceOf(id), score }));
    return { start, end, predictions: tokens };
  });
  return { masks };
}

/** A `<mask>` by its piece, with the ids of those that may stand there, likeliest first. */
interface PredictedMask {
  piece: number;
  predictions: { id: number; score: number }[];
}

/**
 * The `<mask>`s that a plan reads, by their pieces' indexes in the encoding. Known before the encoder runs.
 *
 * @throws RequestFailure `no-mask` when there is none, `too-many-masks` for more than MAX_MASKS
 */
export function masksOf({ tokenizer }: Model, { encoding, ranges }: ReadingPlan): number[] {
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
 * The softmax over the whole vocabulary in the place of each `<mask>` that was read: its `topK` highest, out of `ids` if given.
 *
 * @param turn is waited for between two parts of the vocabulary
 * @throws RequestFailure as `masksOf`
 */
export async function predictMasks(
  model: Model,
  task: FillMaskTask,
  reading: Reading,
  topK: number,
  ids: readonly number[] | undefined,
  turn: Turn,
): Promise<PredictedMask[]> {
  const masks = masksOf(model, reading);
  const rankings = masks.map(() => rankPieces(topK, ids));
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

/**
 * The ids of words that are to be scored.
 *
 * @param pointer where in the request they stand (RFC 6901)
 * @throws RequestFailure `unknown-target` for one that is not one piece
 */
export function targetIds({ tokenizer }: Model, targets: readonly string[], pointer: string): number[] {
  return targets.map((target, index) => {
    const { ids, unknown } = tokenizer.encode(target);
    if (ids.length === 3 && unknown === 0) return ids[1] as number;
    const detail = "A target must be one piece of the vocabulary.";
    throw new RequestFailure({ kind: "unknown-target", errors: [{ pointer: `${pointer}/${index}`, detail }] });
  });
}
