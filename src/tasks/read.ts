import type { Task } from "../bundle/manifest.ts";
import { RequestFailure } from "../errors.ts";
import type { Model } from "../runtime/model.ts";
import type { Turn } from "../runtime/turns.ts";
import type { Encoding } from "../tokenizer/index.ts";
import { encodeTokens } from "./pretokenized.ts";
import { ownerOf, type PieceRange, planWindows } from "./windows.ts";

/** What happens to a text with more tokens than the encoder reads: cut its end off, read it in windows, or refuse it. */
export type Truncation = "truncate" | "window" | "error";

/** A tweet as sent, or as pre-tokenized input: a list of words. */
export type Input = { text: string } | { tokens: readonly string[] };

/** How much of a text is read. */
export interface Extent {
  /** Tokens of the whole text and of what is read, `<s>` and `</s>` included. */
  tokens: { total: number; used: number };
  truncated: boolean;
  /** How many passes of the encoder it takes. */
  windows: number;
}

/** A tokenized text, and the windows in which the encoder is going to read it. */
export interface ReadingPlan extends Extent {
  text: string;
  encoding: Encoding;
  ranges: readonly PieceRange[];
}

/** A text with the last hidden states of all that was read of it; every task answers from this. */
export interface Reading extends ReadingPlan {
  /** The wanted last hidden states of each window, float32 [1 or tokens, hidden] row by row, `<s>` and `</s>` among them. */
  states: readonly Float32Array[];
  /** Rows of the word table that had to be fetched from the bucket. */
  fetchedWords: number;
  /** Mean over the windows, weighted by their pieces, of the hidden state of `<s>`. */
  textState(): Float32Array;
  /** Mean of all hidden states, `<s>` and `</s>` among them, weighted alike. */
  meanState(): Float32Array;
  /**
   * The hidden state of a piece by its index in the encoding, from the window that sees most around it; undefined when
   * it was not read.
   */
  pieceState(piece: number): Float32Array | undefined;
}

/**
 * Tokenizes a text and plans its windows.
 *
 * @throws RequestFailure `too-many-tokens` when the text is too long and `truncation` is `error`
 */
export function planReading({ tokenizer, manifest }: Model, input: Input, truncation: Truncation): ReadingPlan {
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

/** Which last hidden states a question reads: none, that of `<s>` alone, which takes less work, or all. */
export type Wanted = "none" | "text" | "all";

/** What several tasks read between them. */
export function wantedBy(...tasks: (Task | undefined)[]): Wanted {
  return tasks.every((task) => task?.kind === "classification") ? "text" : "all";
}

/**
 * Runs the encoder over a plan, window by window.
 *
 * @param turn is waited for before each pass
 */
export async function read(model: Model, plan: ReadingPlan, wanted: Wanted, turn: Turn): Promise<Reading> {
  const { hidden_size } = model.manifest.architecture;
  const { ids } = plan.encoding;
  const ranges = wanted === "none" ? [] : plan.ranges;
  const states: Float32Array[] = [];
  let fetchedWords = 0;
  for (const { start, end } of ranges) {
    const window = Int32Array.of(ids[0] as number, ...ids.subarray(start + 1, end + 1), ids[ids.length - 1] as number);
    await turn(window.length);
    const encoded = await model.encode(window, wanted === "text" ? 1 : window.length);
    states.push(encoded.states);
    fetchedWords += encoded.fetchedWords;
  }
  const row = (window: number, index: number) =>
    (states[window] as Float32Array).subarray(index * hidden_size, (index + 1) * hidden_size);

  return {
    ...plan,
    states,
    fetchedWords,
    textState: () =>
      weightedMean(
        ranges.map(({ start, end }, window) => ({ state: row(window, 0), weight: end - start + 2 })),
        hidden_size,
      ),
    meanState: () =>
      weightedMean(
        states.flatMap((hidden, window) =>
          Array.from({ length: hidden.length / hidden_size }, (_, index) => ({ state: row(window, index), weight: 1 })),
        ),
        hidden_size,
      ),
    pieceState(piece) {
      const window = ownerOf(piece - 1, ranges);
      return window === undefined ? undefined : row(window, piece - (ranges[window] as PieceRange).start);
    },
  };
}

function weightedMean(rows: { state: Float32Array; weight: number }[], size: number): Float32Array {
  const mean = new Float32Array(size);
  const total = rows.reduce((sum, { weight }) => sum + weight, 0);
  for (const { state, weight } of rows)
    for (let i = 0; i < size; i++) mean[i] = (mean[i] as number) + ((state[i] as number) * weight) / total;
  return mean;
}
