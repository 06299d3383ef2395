import type { z } from "@hono/zod-openapi";
import { answerHeaders, cacheableHeaders } from "./headers.ts";

/** Examples of a body or an answer, by their names. */
export type Examples = Record<string, { summary?: string; value: unknown }>;

/** The 200 of a POST, for its OpenAPI description. */
export function answered<T extends z.ZodType>(description: string, schema: T, examples: Examples) {
  return { 200: { description, headers: answerHeaders, content: { "application/json": { schema, examples } } } };
}

/** The 200 and 304 of a GET that others may keep. */
export function cacheable<T extends z.ZodType>(description: string, schema: T, examples: Examples) {
  return {
    200: { description, headers: cacheableHeaders, content: { "application/json": { schema, examples } } },
    304: { description: "The answer is still the one whose ETag was sent in If-None-Match", headers: cacheableHeaders },
  };
}
