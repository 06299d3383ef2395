import { createRoute, type z } from "@hono/zod-openapi";
import { jsonBody } from "./middleware/body.ts";
import { answered, type Examples } from "./schemas/responses.ts";

/**
 * The POST routes of another service's protocol: JSON in and out, with that protocol's tag, description of an answer, and problems.
 *
 * @returns a function that makes a route
 */
export function protocolRoutes<Problems extends Record<number, { description: string }>>(
  tag: string,
  description: string,
  problems: Problems,
) {
  return function route<
    Path extends string,
    Params extends z.ZodObject,
    Body extends z.ZodType,
    Answer extends z.ZodType,
  >(
    path: Path,
    operationId: string,
    summary: string,
    params: Params,
    body: Body,
    answer: Answer,
    { body: bodies, answer: answers }: { body: Examples; answer: Examples },
  ) {
    const content = { "application/json": { schema: body, examples: bodies } };
    return createRoute({
      method: "post",
      path,
      operationId,
      summary,
      tags: [tag],
      middleware: jsonBody,
      request: { params, body: { required: true, content } },
      responses: { ...answered(description, answer, answers), ...problems },
    });
  };
}
