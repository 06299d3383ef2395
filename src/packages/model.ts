import { BundleError } from "../bundle/bundle-error.ts";
import { problemOf as describe, RequestFailure } from "../errors.ts";
import { ask } from "../http/answers/ask.ts";
import { computeAnswers, placed, type TextTask } from "../http/answers/compute.ts";
import type { Question } from "../http/answers/question.ts";
import { type Model as LoadedModel, loadModel as load } from "../runtime/model.ts";
import { type Bertweet, bodyOf, type Input, resultOf } from "./bertweet.ts";
import { openBundle } from "./bundle-source.ts";
import { compileEngine } from "./engine.ts";
import { folderBucket } from "./folder-bucket.ts";
import { ProblemError } from "./problem-error.ts";

export { ProblemError, problemOf } from "./problem-error.ts";
export type * from "./published.ts";
export { BundleError };

/** Very long, because a model in its own process refuses no request in favour of others. */
const WAIT_LIMIT_MS = 24 * 60 * 60 * 1_000;

/**
 * A model in this process. Each method throws a ProblemError of the same `type` as the service's problem, and has the
 * service's limits: 64 texts in a call, 20,000 characters in a text.
 */
export interface Model extends Bertweet {
  readonly id: string;
  /** SHA-256 of the bundle's manifest. Every answer has it. */
  readonly version: string;
  /** The names of the model's tasks. A tag set follows after a slash, such as `ner/wnut17`. */
  readonly tasks: readonly string[];
}

/**
 * Loads a bundle and checks it: each file's SHA-256, and the golden answers. The answers have the same bytes as those of a service with
 * `ENGINE = "simd"`.
 *
 * @param bundleUrl the bundle's folder with `manifest.json`: a URL (`https:`, `file:`) or a path. In a browser, a path is relative to the page
 * @throws BundleError if a file is missing or damaged, or if the model does not give its golden answers
 * @example
 * ```ts
 * import { loadModel } from "bertweet-edge/model";
 *
 * const model = await loadModel("models/bertweet-mini");
 * const { label, scores } = await model.predict("sentiment", "so happy for you");
 * console.log(label, scores.length); // positive 3
 * ```
 */
export async function loadModel(bundleUrl: string | URL): Promise<Model> {
  const [bundle] = await Promise.all([openBundle(bundleUrl), compileEngine()]);
  const { folder, manifest } = bundle;
  const { layers, vocab_size } = manifest.architecture;
  const files = Object.entries(manifest.files).map(([name, file]) => ({ name, ...file }));
  const settings = {
    engine: "simd",
    range: { first: 0, end: layers },
    next: undefined,
    residentWords: vocab_size,
  } as const;
  const model = await load(folderBucket(folder, files), bundle, settings, { whole: true });

  async function answer(input: Input | readonly Input[], asking: () => ReturnType<typeof ask.embed>): Promise<never> {
    try {
      return resultOf(input, await compute(model, asking())) as never;
    } catch (error) {
      throw error instanceof RequestFailure ? new ProblemError(describe(error.failure)) : error;
    }
  }
  return {
    id: manifest.id,
    version: bundle.version,
    tasks: Object.keys(manifest.tasks),
    predict: (task: string, input: Input | readonly Input[], options?: object) =>
      answer(input, () => ask.predict(task, bodyOf(input, options))),
    explain: (task: string, input: Input | readonly Input[], options?: object) =>
      answer(input, () => ask.explain(task, bodyOf(input, options))),
    analyze: (input: Input | readonly Input[], options?: object) =>
      answer(input, () => ask.analyze(bodyOf(input, options))),
    embed: (input: Input | readonly Input[], options?: object) =>
      answer(input, () => ask.embed(bodyOf(input, options))),
    tokenize: (text, options) => answer(text, () => ask.tokenize(bodyOf(text, options))),
  };
}

async function compute(model: LoadedModel, request: ReturnType<typeof ask.embed>): Promise<object> {
  const { modelId, texts } = request;
  if (modelId !== undefined && modelId !== model.manifest.id) throw new RequestFailure({ kind: "unknown-model" });
  const questions: Question<object>[] = [];
  for (const [index, { pointer }] of texts.entries())
    questions.push(await placed(pointer, () => request.settle(model.manifest, index)));
  const tasks = texts.map(
    (text, index): TextTask<object> => ({ ...text, model, question: questions[index] as Question<object> }),
  );
  const { results } = await computeAnswers(tasks, {
    limitMs: WAIT_LIMIT_MS,
    isWanted: () => true,
    charge: async () => {},
  });
  return request.shape(results, questions);
}
