import { WorkerEntrypoint } from "cloudflare:workers";
import { app } from "./app.ts";
import { ask } from "./http/answers/ask.ts";
import { answerCall } from "./http/answers/respond.ts";
import { report } from "./http/metrics/report.ts";
import type { RequestFacts } from "./http/metrics/sink.ts";
import { problemOfCall } from "./http/problem.ts";
import {
  type Analysis,
  type AnalyzeOptionsOf,
  type Bertweet,
  bodyOf,
  type Input,
  type Prediction,
  resultOf,
  type UsualTask,
} from "./packages/bertweet.ts";
import { errorOverBinding } from "./packages/error-over-binding.ts";
import type {
  Embedding,
  EmbedOptions,
  ExplainOptions,
  Explanation,
  PredictOptions,
  Tokenization,
  TokenizeOptions,
} from "./packages/types.ts";

type Inputs = Input | readonly Input[];

/**
 * The Worker's entrypoint: HTTP, and the methods of `Bertweet` over a service binding, with the same answers, limits and caches. A Worker with
 * the binding is trusted: it needs no key and has no rate limit.
 *
 * @throws ProblemError with all that problem+json has; `problemOf` finds it in what arrives at the caller
 */
export class BertweetEdge extends WorkerEntrypoint<Env> implements Bertweet {
  override fetch(request: Request): Response | Promise<Response> {
    return app.fetch(request, this.env, this.ctx);
  }

  /** One task. */
  predict<Task extends string>(task: Task, text: Input, options?: PredictOptions): Promise<Prediction<Task>>;
  predict<Task extends string>(
    task: Task,
    texts: readonly Input[],
    options?: PredictOptions,
  ): Promise<Prediction<Task>[]>;
  predict(task: string, input: Inputs, options?: object): Promise<never> {
    return this.#answer("predict", input, () => ask.predict(task, bodyOf(input, options)));
  }

  /** How much each word speaks for a label of a classification task. */
  explain(task: string, text: Input, options?: ExplainOptions): Promise<Explanation>;
  explain(task: string, texts: readonly Input[], options?: ExplainOptions): Promise<Explanation[]>;
  explain(task: string, input: Inputs, options?: object): Promise<never> {
    return this.#answer("explain", input, () => ask.explain(task, bodyOf(input, options)));
  }

  /** Several tasks from one pass of the encoder. Default: all tasks except fill-mask. */
  analyze<Task extends string = UsualTask>(text: Input, options?: AnalyzeOptionsOf<Task>): Promise<Analysis<Task>>;
  analyze<Task extends string = UsualTask>(
    texts: readonly Input[],
    options?: AnalyzeOptionsOf<Task>,
  ): Promise<Analysis<Task>[]>;
  analyze(input: Inputs, options?: object): Promise<never> {
    return this.#answer("analyze", input, () => ask.analyze(bodyOf(input, options)));
  }

  /** The vector of a text. */
  embed(text: Input, options?: EmbedOptions): Promise<Embedding>;
  embed(texts: readonly Input[], options?: EmbedOptions): Promise<Embedding[]>;
  embed(input: Inputs, options?: object): Promise<never> {
    return this.#answer("embed", input, () => ask.embed(bodyOf(input, options)));
  }

  /** The model's input for a text. */
  tokenize(text: string, options?: TokenizeOptions): Promise<Tokenization> {
    return this.#answer("tokenize", text, () => ask.tokenize(bodyOf(text, options)));
  }

  async #answer(method: keyof Bertweet, input: Inputs, asking: () => ReturnType<typeof ask.embed>): Promise<never> {
    const call = {
      route: `rpc:${method}`,
      requestId: crypto.randomUUID(),
      startedAt: performance.now(),
      facts: {} satisfies RequestFacts,
    };
    let status = 200;
    try {
      const body = await answerCall(this.env, this.ctx, asking(), call.facts);
      return resultOf(input, JSON.parse(body)) as never;
    } catch (error) {
      const problem = problemOfCall(error, call);
      status = problem.status;
      throw errorOverBinding(problem);
    } finally {
      report(this.env, { ...call, method: "RPC", status });
    }
  }
}
