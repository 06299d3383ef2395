import type { z } from "zod";
import { RequestFailure } from "../../errors.ts";
import { failureOfInput } from "../invalid-input.ts";
import { analyzeBody, embedBody, explainBody, predictBody, name as taskName, tokenizeBody } from "../schemas/input.ts";
import { analysis } from "./analysis.ts";
import { embedding } from "./embedding.ts";
import { explanation } from "./explanation.ts";
import { asked } from "./items.ts";
import { nativeRequest } from "./native.ts";
import { prediction } from "./prediction.ts";
import type { TextRequest } from "./question.ts";
import { tokenization } from "./tokenization.ts";

/** A request, whatever it asks. */
type AnyRequest = TextRequest<object, object>;

/**
 * The questions of the native routes, for callers without HTTP. Each takes the body of a POST, and checks it with the same schema.
 *
 * @throws RequestFailure `invalid-request`, `unknown-option` and other errors of a body
 */
export const ask = {
  predict(task: unknown, body: unknown): AnyRequest {
    const name = parse(taskName, task);
    const { model, ...given } = parse(predictBody, body);
    return nativeRequest(prediction(name), asked(given), model);
  },
  explain(task: unknown, body: unknown): AnyRequest {
    const name = parse(taskName, task);
    const { model, ...given } = parse(explainBody, body);
    return nativeRequest(explanation(name), asked(given), model);
  },
  analyze(body: unknown): AnyRequest {
    const { model, ...given } = parse(analyzeBody, body);
    return nativeRequest(analysis, asked(given), model);
  },
  embed(body: unknown): AnyRequest {
    const { model, ...given } = parse(embedBody, body);
    return nativeRequest(embedding, asked(given), model);
  },
  tokenize(body: unknown): AnyRequest {
    return tokenization(parse(tokenizeBody, body));
  },
};

function parse<T extends z.ZodType>(schema: T, value: unknown): z.output<T> {
  const parsed = schema.safeParse(value);
  if (!parsed.success) throw new RequestFailure(failureOfInput(parsed.error));
  return parsed.data;
}
