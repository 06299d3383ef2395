import type { z } from "zod";
import type { Failure } from "../../errors.ts";
import type { ProblemShape } from "../middleware/problem-shape.ts";
import type { openAIErrorSchema } from "../schemas/openai.ts";

type OpenAIError = z.infer<typeof openAIErrorSchema>["error"];

/** Error codes of OpenAI's API. */
const CODES: Partial<Record<Failure["kind"], string>> = {
  "unknown-model": "model_not_found",
  unauthorized: "invalid_api_key",
  "rate-limited": "rate_limit_exceeded",
};

/** A problem in the shape of OpenAI's errors. */
export const openAIProblem: ProblemShape = ({ status, detail, errors }, { kind }) => {
  const error: OpenAIError = {
    message: detail,
    type: typeOf(status),
    param: paramOf(errors?.[0]?.pointer),
    code: CODES[kind] ?? kind,
  };
  return { type: "application/json", body: { error } };
};

function typeOf(status: number): OpenAIError["type"] {
  if (status === 429) return "rate_limit_error";
  return status < 500 ? "invalid_request_error" : "server_error";
}

/** A JSON pointer in OpenAI's notation: `/input/3` becomes `input[3]`. */
function paramOf(pointer: string | undefined): string | null {
  return pointer ? pointer.slice(1).replace(/\/(\d+)/g, "[$1]") : null;
}
