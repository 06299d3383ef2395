import type { Model } from "../../runtime/model.ts";
import type { Reading, Truncation, Wanted } from "../../tasks/read.ts";

/** A pipeline of Hugging Face's, with its task and parameters settled. */
export interface Pipeline<Result, Answer> {
  /** All that a text's result depends on, defaults filled in; must survive JSON. */
  settings: { pipeline: string; truncation: Truncation; [setting: string]: unknown };
  /** Which hidden states `result` asks for. */
  wanted: Wanted;
  result(model: Model, reading: Reading, text: string): Result | Promise<Result>;
  /** How results are answered; `single` when `inputs` is a text and no list. */
  shape(results: Result[], single: boolean): Answer;
}

/** The `shape` of the pipelines that answer a text by its bare result, and a list by a list. */
export function oneOrList<Result>(results: Result[], single: boolean): Result | Result[] {
  return single ? (results[0] as Result) : results;
}
