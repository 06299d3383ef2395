import type { Context } from "hono";
import { setMetric } from "hono/timing";
import { queueLimit } from "../../runtime/settings.ts";
import { type AnsweringBundle, currentBundle, currentModel } from "../../runtime/versions/index.ts";
import type { Input } from "../../tasks/read.ts";
import { chargeRate } from "../middleware/rate.ts";
import { respondFromCache } from "./cache.ts";
import { computeAnswers, placed, type TextTask } from "./compute.ts";
import type { Question, TextRequest } from "./question.ts";

/**
 * The one way from a valid request to its response: find the version that answers each text, settle the options, look into the
 * cache, else load the model and compute.
 *
 * @throws RequestFailure of whatever kind stands in the way
 */
export async function respond<Result, Answer, Asked extends Question<Result>>(
  c: Context<{ Bindings: Env }>,
  request: TextRequest<Result, Answer, Asked>,
) {
  const { texts, modelId } = request;
  const bundles: AnsweringBundle[] = [];
  const questions: Asked[] = [];
  for (const [index, { input, pointer }] of texts.entries()) {
    const bundle = await currentBundle(c.env, c.executionCtx, modelId, textOf(input));
    bundles.push(bundle);
    questions.push(await placed(pointer, () => request.settle(bundle.manifest, index)));
  }
  const cached = {
    bundles,
    key: request.cacheKey(questions),
    tag: request.tag(questions),
    useCache: request.useCache ?? true,
  };
  return respondFromCache<Answer>(c, cached, async (isWanted) => {
    const tasks: TextTask<Result>[] = [];
    for (const [index, text] of texts.entries()) {
      const model = await currentModel(c.env, bundles[index] as AnsweringBundle, c.executionCtx);
      tasks.push({ ...text, model, question: questions[index] as Asked });
    }
    const { results, work, waitedMs, fetchedWords } = await computeAnswers(tasks, {
      limitMs: queueLimit(c.env),
      isWanted,
      charge: ({ windows }) => chargeRate(c, windows - 1), // the request itself was charged once
    });
    Object.assign(c.get("facts"), work, { queueMs: waitedMs });
    if (waitedMs > 0) setMetric(c, "queue", waitedMs);
    if (fetchedWords > 0) setMetric(c, "words", `${fetchedWords} rows fetched`);
    return request.shape(results, questions);
  });
}

/** What decides which version answers a text: pre-tokenized input counts as its words joined by a space. */
export function textOf(input: Input): string {
  return "text" in input ? input.text : input.tokens.join(" ");
}
