import { z } from "@hono/zod-openapi";
import { MAX_BATCH_TEXTS } from "../../limits.ts";
import { text } from "./input.ts";
import { list } from "./lists.ts";

/**
 * A text or a list of texts. Other services also take lists of token ids here. Ids are checked first: a text has hundreds of them, and
 * the error would otherwise say that the list is too long.
 *
 * @param refusal the error for a client that sends ids
 */
export function textsWithoutIds(refusal: string) {
  return z
    .preprocess(
      (value, { issues }) => {
        const first = Array.isArray(value) ? value[0] : undefined;
        if (typeof first !== "number" && !Array.isArray(first)) return value;
        issues.push({ code: "custom", message: refusal, input: value });
        return z.NEVER;
      },
      z.union([text, list(text, MAX_BATCH_TEXTS)]),
    )
    .openapi({ description: "A text or a list of texts; no token ids" });
}
