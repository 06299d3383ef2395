import type { Context } from "hono";
import { createMiddleware } from "hono/factory";
import { setMetric } from "hono/timing";
import { queueLimit } from "../../runtime/settings.ts";
import { turns } from "../../runtime/turns.ts";
import { type AnsweringBundle, currentBundle, currentModel, type Host } from "../../runtime/versions/index.ts";
import { firstPassOf, type Input, planReading } from "../../tasks/read.ts";
import type { RequestFacts } from "../metrics/sink.ts";
import { chargeRate } from "../middleware/rate.ts";
import { answerFromCache, type CachedRequest, respondFromCache } from "./cache.ts";
import { type ComputeOptions, computeAnswers, placed, type TextTask } from "./compute.ts";
import { knownRequest, rememberRequest } from "./known-requests.ts";
import type { Question, TextRequest } from "./question.ts";

/**
 * The one way from a valid request to its response: find the version that answers each text, settle the options, look into the
 * cache, else load the model and compute.
 *
 * @throws RequestFailure of whatever kind stands in the way
 */
export function respond<Result, Answer, Asked extends Question<Result>>(
  c: Context<{ Bindings: Env }>,
  request: TextRequest<Result, Answer, Asked>,
) {
  if (isGet(c)) rememberRequest(c.req.url, request);
  return respondTo(c, request);
}

async function respondTo<Result, Answer, Asked extends Question<Result>>(
  c: Context<{ Bindings: Env }>,
  request: TextRequest<Result, Answer, Asked>,
) {
  const { cached, compute } = await prepare(c.env, c.executionCtx, request);
  return respondFromCache<Answer>(c, cached, async (isWanted) => {
    const { answer, work, waitedMs, fetchedWords } = await compute({
      isWanted,
      charge: ({ windows }) => chargeRate(c, windows - 1), // the request itself was charged once
    });
    Object.assign(c.get("facts"), work, { queueMs: waitedMs });
    if (waitedMs > 0) setMetric(c, "queue", waitedMs);
    if (fetchedWords > 0) setMetric(c, "words", `${fetchedWords} rows fetched`);
    return answer;
  });
}

/** Responds to a GET that was valid before, without validating it once more. All other requests go on to their routes. */
export const respondToKnown = createMiddleware<{ Bindings: Env }>((c, next) => {
  const request = isGet(c) ? knownRequest(c.req.url) : undefined;
  return request ? respondTo(c, request) : next();
});

function isGet({ req }: Context): boolean {
  return req.method === "GET" || req.method === "HEAD";
}

/**
 * The same way for another Worker that calls over a service binding. It is trusted: nothing is charged against a rate.
 *
 * @param facts what the call's report needs is put into it
 * @returns the answer's JSON
 * @throws as `respond` does
 */
export async function answerCall<Result, Answer, Asked extends Question<Result>>(
  env: Env,
  host: Host,
  request: TextRequest<Result, Answer, Asked>,
  facts: RequestFacts,
): Promise<string> {
  return turns.whileOpen(async () => {
    const { cached, compute } = await prepare(env, host, request);
    const requester = { signal: NEVER, waitUntil: (promise: Promise<unknown>) => host.waitUntil(promise) };
    return answerFromCache(env, cached, requester, facts, async (isWanted) => {
      const { answer, work, waitedMs } = await compute({ isWanted, charge: async () => {} });
      Object.assign(facts, work, { queueMs: waitedMs });
      return answer;
    });
  });
}

/** A call tells nobody that its caller has left. */
const NEVER = new AbortController().signal;

/** Settles a request with the versions that answer it: what it is cached by, and how it is computed. */
async function prepare<Result, Answer, Asked extends Question<Result>>(
  env: Env,
  host: Host,
  request: TextRequest<Result, Answer, Asked>,
) {
  const { texts, modelId } = request;
  const bundles: AnsweringBundle[] = [];
  const questions: Asked[] = [];
  for (const [index, { input, pointer }] of texts.entries()) {
    const bundle = await currentBundle(env, host, modelId, textOf(input));
    bundles.push(bundle);
    questions.push(await placed(pointer, () => request.settle(bundle.manifest, index)));
  }
  const cached: CachedRequest = {
    bundles,
    key: request.cacheKey(questions),
    tag: request.tag(questions),
    useCache: request.useCache ?? true,
  };
  const compute = async (options: Omit<ComputeOptions, "limitMs">) => {
    const tasks: TextTask<Result>[] = [];
    for (const [index, text] of texts.entries()) {
      const question = questions[index] as Asked;
      const model = await currentModel(env, bundles[index] as AnsweringBundle, host, (opened) =>
        firstPassOf(planReading(opened, text.input, question.options.truncation), question),
      );
      tasks.push({ ...text, model, question });
    }
    const { results, ...computed } = await computeAnswers(tasks, { limitMs: queueLimit(env), ...options });
    return { answer: request.shape(results, questions), ...computed };
  };
  return { cached, compute };
}

/** What decides which version answers a text: pre-tokenized input counts as its words joined by a space. */
export function textOf(input: Input): string {
  return "text" in input ? input.text : input.tokens.join(" ");
}
