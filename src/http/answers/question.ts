import type { Manifest } from "../../bundle/manifest.ts";
import type { Model } from "../../runtime/model.ts";
import type { Turn } from "../../runtime/turns.ts";
import type { ExtraWork } from "../../tasks/answer.ts";
import type { Input, Purpose, Reading, ReadingPlan, Truncation } from "../../tasks/read.ts";

/** One text of a request, and the JSON pointer (RFC 6901) of its place in the body. */
export interface AskedText {
  input: Input;
  pointer: string;
}

/** What is asked of one text, every option settled. */
export interface Question<Result> extends Pick<Purpose, "wanted" | "classified"> {
  /** All that the answer depends on beside the text and the model; must survive JSON. */
  options: { truncation: Truncation };
  /** What the answer may be purged by: a task's full name, or a route's. */
  tag: string;
  /** What it computes beside the encoder, and what of it can be refused before that runs. Absent: nothing. */
  extraWork?(model: Model, plan: ReadingPlan): ExtraWork;
  /** @param extra what `extraWork` told, so that nothing is prepared twice */
  answer(model: Model, reading: Reading, turn: Turn, extra: ExtraWork): Result | Promise<Result>;
}

/** A valid request about one text or several, before it is known which version of the model answers it. */
export interface TextRequest<Result, Answer, Asked extends Question<Result> = Question<Result>> {
  /** The model that is asked for; the first in `MODEL` when absent. */
  modelId: string | undefined;
  texts: readonly AskedText[];
  /**
   * Validates the options of text number `index` and fills in their defaults.
   *
   * @throws RequestFailure when the model has no such task, tag set or option
   */
  settle(manifest: Manifest, index: number): Asked;
  /** All that the answer depends on beside the model; must survive JSON. */
  cacheKey(questions: readonly Asked[]): unknown;
  /** What the answer may be purged by. */
  tag(questions: readonly Asked[]): string;
  /** The body of the answer. */
  shape(results: Result[], questions: readonly Asked[]): Answer;
  /** False: the cache is neither read nor written. */
  useCache?: boolean | undefined;
}
