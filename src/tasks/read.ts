import type { Task } from "../bundle/manifest.ts";
import { RequestFailure } from "../errors.ts";
import type { Model } from "../runtime/model.ts";
import type { Encoding } from "../tokenizer/index.ts";
import { encodeTokens } from "./pretokenized.ts";
import { ownerOf, type PieceRange, planWindows } from "./windows.ts";

/** What happens to a text with more tokens than the encoder reads: cut its end off, read it in windows, or refuse it. */
export type Truncation = "truncate" | "window" | "error";

/** A tweet as it came, or as words that somebody has cut already. */
export type Input = { text: string } | { tokens: readonly string[] };

/** How much of a text was read. */
export interface Extent {
  /** Tokens of the whole text and of what was read, `<s>` and `</s>` included. */
  tokens: { total: number; used: number };
  truncated: boolean;
  /** How many runs of the encoder it took. */
  windows: number;
}

/** A text with the last hidden states of all that was read of it; every task answers from this. */
export interface Reading extends Extent {
  encoding: Encoding;
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

/** The text as the model will see it. */
export function encodeInput({ tokenizer }: Model, input: Input): { text: string; encoding: Encoding } {
  return "text" in input
    ? { text: input.text, encoding: tokenizer.encode(input.text) }
    : encodeTokens(tokenizer, input.tokens);
}

/**
 * The windows that a text of `ids` is read in, and what they leave out.
 *
 * @throws RequestFailure `too-many-tokens` when it is too long and `truncation` is `error`
 */
export function planReading(
  { ids }: Pick<Encoding, "ids">,
  maxTokens: number,
  truncation: Truncation,
): Extent & { ranges: PieceRange[] } {
  const total = ids.length;
  const capacity = maxTokens - 2;
  if (total > maxTokens && truncation === "error")
    throw new RequestFailure({ kind: "too-many-tokens", tokens: total, limit: maxTokens });
  const read = truncation === "window" ? total - 2 : Math.min(total - 2, capacity);
  const ranges = planWindows(read, capacity);
  return { ranges, windows: ranges.length, tokens: { total, used: read + 2 }, truncated: read + 2 < total };
}

/** Which last hidden states are going to be asked for: that of `<s>` alone, which takes less work, or all. */
export type Wanted = "text" | "all";

/** What tasks ask for between them. */
export function wantedBy(...tasks: (Task | undefined)[]): Wanted {
  return tasks.every((task) => task?.kind === "classification") ? "text" : "all";
}

/** Runs the encoder over an encoding, window by window. */
export async function read(model: Model, encoding: Encoding, truncation: Truncation, wanted: Wanted): Promise<Reading> {
  const { max_tokens, hidden_size } = model.manifest.architecture;
  const { ranges, ...extent } = planReading(encoding, max_tokens, truncation);
  const { ids } = encoding;
  const states: Float32Array[] = [];
  let fetchedWords = 0;
  for (const { start, end } of ranges) {
    if (states.length > 0) await scheduler.wait(0); // lets other requests in between two windows
    const window = Int32Array.of(ids[0] as number, ...ids.subarray(start + 1, end + 1), ids[ids.length - 1] as number);
    const encoded = await model.encode(window, wanted === "text" ? 1 : window.length);
    states.push(encoded.states);
    fetchedWords += encoded.fetchedWords;
  }
  const row = (window: number, index: number) =>
    (states[window] as Float32Array).subarray(index * hidden_size, (index + 1) * hidden_size);

  return {
    ...extent,
    encoding,
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
