/** Headers of answers, for the OpenAPI document. */

/** Headers by name. */
export type HeadersObject = Record<string, { description: string; schema: { type: "string" | "integer" } }>;

const text = { type: "string" } as const;

const requestId = {
  "X-Request-Id": {
    description: "The request's id from this header, or else an id from the service",
    schema: text,
  },
};

/** Of an answer that the service computes or has kept. */
export const answerHeaders = {
  ...requestId,
  "Cache-Status": { description: "Whether the answer came from the service's cache (RFC 9211)", schema: text },
  "Server-Timing": {
    description:
      "`total`: to the response; `queue`: waiting for a turn; `words`: rows of the word table fetched. On Cloudflare the clock stands still while code computes, so there these are waits alone",
    schema: text,
  },
};

/** Of an answer that others may keep, too. */
export const cacheableHeaders = {
  ...answerHeaders,
  "Cache-Control": { description: "Who may keep the answer and for how long", schema: text },
  ETag: { description: "Identifies the question, the model's version and the engine", schema: text },
};

/** Of problems, by their status where they have one of their own. */
export const problemHeaders = {
  usual: requestId,
  401: { ...requestId, "WWW-Authenticate": { description: "How a key is sent (RFC 6750)", schema: text } },
  405: { ...requestId, Allow: { description: "The methods that the path answers", schema: text } },
  retry: {
    ...requestId,
    "Retry-After": {
      description: "Seconds to wait before a retry",
      schema: { type: "integer" } as const,
    },
  },
};
