import type { ClassificationTask, Task } from "../bundle/manifest.ts";
import { RequestFailure } from "../errors.ts";
import type { ExitAnswer } from "../runtime/exits.ts";
import type { Model, Pass } from "../runtime/model.ts";
import { release } from "../runtime/release.ts";
import type { Turn } from "../runtime/turns.ts";
import type { Encoding } from "../tokenizer/index.ts";
import type { Extent } from "./answers.ts";
import { encodeTokens } from "./pretokenized.ts";
import { ownerOf, type PieceRange, planWindows } from "./windows.ts";

/** How to handle a text with more tokens than the encoder reads: cut off the end, read windows, or refuse it. */
export const TRUNCATIONS = ["truncate", "window", "error"] as const;
export type Truncation = (typeof TRUNCATIONS)[number];

/**
 * How a text is read that several tasks answer from: as the request says, else as the tasks' manifest entries do. Tasks that don't agree
 * cut it, so that it takes one pass.
 */
export function truncationOf(tasks: readonly Task[], asked: Truncation | undefined): Truncation {
  if (asked !== undefined) return asked;
  return tasks.length > 0 && tasks.every(({ truncation }) => truncation === "window") ? "window" : "truncate";
}

/** A tweet as sent, or as pre-tokenized input: a list of words. */
export type Input = { text: string } | { tokens: readonly string[] };

/** A tokenized text, and the windows in which the encoder will read it. */
export interface ReadingPlan extends Extent {
  text: string;
  encoding: Encoding;
  ranges: readonly PieceRange[];
}

/** A text with the last hidden states of everything that was read. Every task answers from it. */
export interface Reading extends ReadingPlan {
  /** The wanted last hidden states of each window, float32 [rows, hidden], row by row, `<s>` and `</s>` among them where all are wanted. */
  states: readonly Float32Array[];
  /** Rows of the word table that had to be fetched from the bucket. */
  fetchedWords: number;
  /** What an exit has answered: the model's earlier layers were sure. Then the last hidden states may be missing. */
  exits: ReadonlyMap<ClassificationTask, ExitAnswer>;
  /** Mean of the hidden states of `<s>` over the windows, weighted by their pieces. */
  textState(): Float32Array;
  /** Mean of all hidden states, including `<s>` and `</s>`, all with the same weight. */
  meanState(): Float32Array;
  /**
   * The hidden state of a piece, by its index in the encoding, from the window with the most context around it; undefined if
   * the piece was not read. The piece must be among the wanted ones.
   */
  pieceState(piece: number): Float32Array | undefined;
}

/**
 * Tokenizes a text and plans its windows.
 *
 * @throws RequestFailure `too-many-tokens` when the text is too long and `truncation` is `error`
 */
export function planReading(
  { tokenizer, manifest }: Pick<Model, "tokenizer" | "manifest">,
  input: Input,
  truncation: Truncation,
): ReadingPlan {
  const { text, encoding } =
    "text" in input
      ? { text: input.text, encoding: tokenizer.encode(input.text) }
      : encodeTokens(tokenizer, input.tokens);
  return { text, encoding, ...planExtent(encoding.ids.length, manifest.architecture.max_tokens, truncation) };
}

/**
 * The windows in which a text of `total` tokens is read.
 *
 * @param maxTokens of one window, `<s>` and `</s>` included
 * @throws RequestFailure `too-many-tokens`
 */
export function planExtent(
  total: number,
  maxTokens: number,
  truncation: Truncation,
): Extent & { ranges: readonly PieceRange[] } {
  const capacity = maxTokens - 2;
  if (total > maxTokens && truncation === "error")
    throw new RequestFailure({ kind: "too-many-tokens", tokens: total, limit: maxTokens });
  const read = truncation === "window" ? total - 2 : Math.min(total - 2, capacity);
  const ranges = planWindows(read, capacity);
  return { ranges, windows: ranges.length, tokens: { total, used: read + 2 }, truncated: read + 2 < total };
}

/** Tokens that the passes over a plan's windows have between them; those in an overlap count twice. */
export function tokensOfPasses({ ranges }: Pick<ReadingPlan, "ranges">): number {
  return ranges.reduce((sum, { start, end }) => sum + end - start + 2, 0);
}

/**
 * Which last hidden states a question reads: none, that of `<s>` alone, which takes less work, those of the `<mask>`s alone, which take
 * less memory while the vocabulary is scored, or all.
 */
type Wanted = "none" | "text" | "masks" | "all";

/** What a reading is for. */
export interface Purpose {
  wanted: Wanted;
  /** The classifications that will answer from it, if any: their exits may do so. */
  classified?: readonly ClassificationTask[] | undefined;
}

/** What a reading is for from which several tasks answer. */
export function purposeOf(...tasks: Task[]): Pick<Purpose, "wanted" | "classified"> {
  return { wanted: wantedBy(tasks), classified: tasks.filter((task) => task.kind === "classification") };
}

function wantedBy(tasks: readonly Task[]): Wanted {
  const areAll = (kind: Task["kind"]) => tasks.every((task) => task.kind === kind);
  if (areAll("classification")) return "text";
  return areAll("fill-mask") ? "masks" : "all";
}

/** Last hidden states of one window. */
interface WindowStates {
  /** float32 [rows, hidden], row by row */
  rows: Float32Array;
  /** Which rows of the window they are, in order; undefined for the first ones. */
  indexes?: readonly number[];
}

/** The pass over one window of a plan. Exits answer only texts that are read in one window. */
function passOver({ start, end }: PieceRange, { encoding, ranges }: ReadingPlan, purpose: Purpose): Pass {
  const { ids } = encoding;
  const { wanted, classified } = purpose;
  const window = Int32Array.of(ids[0] as number, ...ids.subarray(start + 1, end + 1), ids[ids.length - 1] as number);
  const exits = classified && ranges.length === 1 && { tasks: classified, end: wanted === "text" };
  return { ids: window, rows: wanted === "text" ? 1 : window.length, exits: exits || undefined };
}

/** The first pass that a plan takes, if it takes any. */
export function firstPassOf(plan: ReadingPlan, purpose: Purpose): Pass | undefined {
  const [range] = plan.ranges;
  return purpose.wanted === "none" || !range ? undefined : passOver(range, plan, purpose);
}

/**
 * Runs the encoder over a plan, window by window.
 *
 * @param turn is waited for before each pass
 */
export async function read(model: Model, plan: ReadingPlan, purpose: Purpose, turn: Turn): Promise<Reading> {
  const { stateSize } = model;
  const { wanted } = purpose;
  const ranges = wanted === "none" ? [] : plan.ranges;
  const windows: WindowStates[] = [];
  let fetchedWords = 0;
  let exits: Reading["exits"] = new Map();
  for (const range of ranges) {
    const { ids, rows, exits: asked } = passOver(range, plan, purpose);
    await turn(ids.length);
    const encoded = await model.encode(ids, rows, asked);
    exits = encoded.exits;
    windows.push(wanted === "masks" ? maskRows(encoded.states, ids, model.tokenizer.maskId) : { rows: encoded.states });
    fetchedWords += encoded.fetchedWords;
  }
  const row = (window: number, index: number) => {
    const { rows, indexes } = windows[window] as WindowStates;
    const place = indexes ? indexes.indexOf(index) : index;
    if (place < 0) throw new RangeError(`The hidden state of token ${index} was not wanted.`);
    return rows.subarray(place * stateSize, (place + 1) * stateSize);
  };

  return {
    ...plan,
    states: windows.map(({ rows }) => rows),
    fetchedWords,
    exits,
    textState: () =>
      weightedMean(
        ranges.map(({ start, end }, window) => ({ state: row(window, 0), weight: end - start + 2 })),
        stateSize,
      ),
    meanState: () =>
      weightedMean(
        windows.flatMap(({ rows }, window) =>
          Array.from({ length: rows.length / stateSize }, (_, index) => ({ state: row(window, index), weight: 1 })),
        ),
        stateSize,
      ),
    pieceState(piece) {
      const window = ownerOf(piece - 1, ranges);
      return window === undefined ? undefined : row(window, piece - (ranges[window] as PieceRange).start);
    },
  };
}

/** Keeps the rows of the `<mask>`s and frees the others: of 128 tokens of a BERTweet-base they take 0.4 MB. */
function maskRows(states: Float32Array<ArrayBuffer>, window: Int32Array, maskId: number): WindowStates {
  const size = states.length / window.length;
  const indexes = [...window.keys()].filter((index) => window[index] === maskId);
  const rows = new Float32Array(indexes.length * size);
  for (const [place, index] of indexes.entries())
    rows.set(states.subarray(index * size, (index + 1) * size), place * size);
  release(states);
  return { rows, indexes };
}

function weightedMean(rows: { state: Float32Array; weight: number }[], size: number): Float32Array {
  const mean = new Float32Array(size);
  const total = rows.reduce((sum, { weight }) => sum + weight, 0);
  for (const { state, weight } of rows)
    for (let i = 0; i < size; i++) mean[i] = (mean[i] as number) + ((state[i] as number) * weight) / total;
  return mean;
}
