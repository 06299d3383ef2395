import { createRoute, OpenAPIHono, z } from "@hono/zod-openapi";
import { etag } from "hono/etag";
import { html } from "hono/html";
import { type Failure, problemOf, RequestFailure, toProblem } from "../../errors.ts";
import { DOCUMENT_MAX_AGE_SECONDS } from "../../limits.ts";
import { problemsOfGet } from "../problem.ts";
import { exampleOf, isProblemKind, PROBLEM_PAGES } from "../problem-pages.ts";

/** The page has a style sheet and an icon of our own, and nothing else. */
const CONTENT_SECURITY_POLICY =
  "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; frame-ancestors 'none'; form-action 'none'";

const route = createRoute({
  method: "get",
  path: "/problems/{type}",
  operationId: "getProblem",
  summary: "What a problem means",
  description: "The page behind the `type` of a problem: its status, what it means and what to do about it.",
  tags: ["Service"],
  security: [],
  middleware: etag(),
  request: {
    params: z.object({
      type: z
        .string()
        .openapi({ param: { name: "type", in: "path" }, enum: Object.keys(PROBLEM_PAGES), example: "text-too-long" }),
    }),
  },
  responses: {
    200: { description: "The page", content: { "text/html": { schema: z.string() } } },
    304: { description: "The page is still the one whose ETag was sent in If-None-Match" },
    404: { ...problemsOfGet[404], description: "There is no such problem" },
    405: problemsOfGet[405],
  },
});

/** `GET /problems/{type}`: a page that explains a problem, for whoever opens its `type`. */
export const problemPages = new OpenAPIHono<{ Bindings: Env }>().openapi(route, async (c) => {
  const { type } = c.req.valid("param");
  if (!isProblemKind(type)) throw new RequestFailure({ kind: "not-found" });
  return c.html(await pageOf(type), 200, {
    "Cache-Control": `public, max-age=${DOCUMENT_MAX_AGE_SECONDS}`,
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
  });
});

function pageOf(kind: Failure["kind"]) {
  const { meaning, remedy } = PROBLEM_PAGES[kind];
  const example = exampleOf(kind);
  const { status, title } = toProblem(example);
  return html`<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <title>${title} - bertweet-edge</title>
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <link rel="icon" href="/playground/icon.svg" type="image/svg+xml">
    <link rel="stylesheet" href="/playground/docs.css">
  </head>
  <body>
    <main>
      <h1>${title}</h1>
      <p>Status ${status}, type <code>/problems/${kind}</code></p>
      <h2>What it means</h2>
      <p>${meaning}</p>
      <h2>What to do</h2>
      <p>${remedy}</p>
      <h2>Example</h2>
      <pre><code>${JSON.stringify(problemOf(example), null, 2)}</code></pre>
      <p><a href="/docs">API reference</a></p>
    </main>
  </body>
</html>
`;
}
