import type { Context } from "hono";
import type { Manifest } from "../../bundle/manifest.ts";
import { currentBundle, currentModel } from "../../runtime/versions/index.ts";
import { encodeInput, read } from "../../tasks/read.ts";
import { answerCached } from "../answers/cache.ts";
import { oneByOne } from "../answers/question.ts";
import type { Pipeline } from "./pipeline.ts";

/**
 * Answers a text or several, one after another and each as if it came alone, or passes on what is kept.
 *
 * @param open settles the pipeline for the model that answers
 * @param useCache false where nothing is to be taken from the cache or kept in it
 * @throws RequestFailure `unknown-model`, or that of the first text that has one, with its place
 */
export async function answerInputs<Result, Answer>(
  c: Context<{ Bindings: Env }>,
  modelId: string,
  inputs: string | string[],
  open: (manifest: Manifest) => Pipeline<Result, Answer>,
  useCache: boolean | undefined,
) {
  const bundle = await currentBundle(c.env, c.executionCtx, modelId);
  const { settings, wanted, result, shape } = open(bundle.manifest);
  const single = typeof inputs === "string";
  const compute = async () => {
    const model = await currentModel(c.env, bundle, c.executionCtx);
    const texts = [inputs].flat().map((text, index) => ({ text, pointer: single ? "/inputs" : `/inputs/${index}` }));
    const results = await oneByOne(texts, async ({ text }) => {
      const reading = await read(model, encodeInput(model, { text }).encoding, settings.truncation, wanted);
      return result(model, reading, text);
    });
    return shape(results, single);
  };
  const asked = { route: "models", settings, inputs };
  return answerCached(c, bundle, { asked, tag: settings.pipeline }, compute, useCache);
}
