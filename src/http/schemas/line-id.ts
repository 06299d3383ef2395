import { z } from "@hono/zod-openapi";
import { MAX_LINE_ID_UTF16_UNITS } from "../../limits.ts";

/** What a client knows a line by. A number that JSON's readers round is refused: it would come back as another one. */
export const lineId = z
  .union([z.string().max(MAX_LINE_ID_UTF16_UNITS), z.int()])
  .openapi({ description: "Comes back with the line's answer. Larger whole numbers than 2^53 must be strings" });
