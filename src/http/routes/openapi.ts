import { createRoute, OpenAPIHono, z } from "@hono/zod-openapi";
import { etag } from "hono/etag";
import { version } from "../../../package.json";
import { DOCUMENT_MAX_AGE_SECONDS } from "../../limits.ts";
import { problemsWithoutText } from "../problem.ts";

const DESCRIPTION = `Sentiment, irony, emotion, hate, offence, emoji, reviews, parts of speech, named entities and missing words of tweets.

Spans and offsets are [start, end) in UTF-16 code units of the text as sent, or in the unit that \`offsets\` names; with \`tokens\`, of the tokens joined by one space.
Every answer says how many tokens the text had and how many of them the model read, and names the model.
What goes wrong is told as RFC 9457 problem+json with a stable \`type\`. HEAD works wherever GET does.
Examples of one operation that have the same name belong together.`;

const BEARER = {
  type: "http",
  scheme: "bearer",
  description: "A key of the service, where it asks for one (RFC 6750)",
} as const;

/** What the document says beside the routes. A key is asked for only where AUTH is on, so none is a choice, too. */
const ABOUT: Parameters<OpenAPIHono["getOpenAPI31Document"]>[0] = {
  openapi: "3.1.0",
  info: {
    title: "bertweet-edge",
    version,
    description: DESCRIPTION,
    license: { name: "MIT", url: "https://opensource.org/license/mit" },
  },
  security: [{}, { bearer: [] }],
  tags: [
    { name: "Predictions", description: "What the model thinks of a text" },
    { name: "Vectors and tokens", description: "What it reads and what it makes of it" },
    { name: "Hugging Face", description: "The shapes of its Inference API, for the clients that speak it" },
    { name: "OpenAI", description: "The shape of its embeddings, for the clients that speak it" },
    { name: "Text Embeddings Inference", description: "Its shapes, for the clients that speak them" },
    { name: "Jobs", description: "All rows of an object in R2, by a Worker of their own" },
    { name: "Models", description: "Which model answers, and how good it is" },
    { name: "Service", description: "Whether it is up, and this document" },
  ],
};

const route = createRoute({
  method: "get",
  path: "/openapi.json",
  operationId: "getOpenapi",
  summary: "This document",
  tags: ["Service"],
  security: [],
  middleware: etag(),
  responses: {
    200: {
      description: "OpenAPI 3.1",
      content: { "application/json": { schema: z.looseObject({ openapi: z.string(), info: z.looseObject({}) }) } },
    },
    304: { description: "The document is still the one whose ETag was sent in If-None-Match" },
    405: problemsWithoutText[405],
  },
});

/** `GET /openapi.json`: the document of all routes that `app` has when it is first asked for. */
export function openapi(app: OpenAPIHono<{ Bindings: Env }>) {
  app.openAPIRegistry.registerComponent("securitySchemes", "bearer", BEARER);
  let document: ReturnType<typeof app.getOpenAPI31Document> | undefined;
  return new OpenAPIHono<{ Bindings: Env }>().openapi(route, (c) => {
    // Where the app is mounted in another, its routes stand below a path.
    const mount = c.req.path.slice(0, -route.path.length);
    document ??= app.getOpenAPI31Document({ ...ABOUT, servers: [{ url: mount || "/" }] });
    return c.json(document, 200, { "Cache-Control": `public, max-age=${DOCUMENT_MAX_AGE_SECONDS}` });
  });
}
