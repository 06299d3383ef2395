/** Examples of the OpenAPI document about jobs. */

export const order = {
  input: "r2://tweets/2026-11.ndjson",
  output: "r2://labels/2026-11/",
  tasks: ["sentiment", "ner"],
  text_field: "text",
};

const id = "5d41402abc4b2a76b9719d911017c592";

export const job = {
  id,
  state: "running" as const,
  submitted_at: "2026-11-30T12:00:00.000Z",
  input: order.input,
  output: `${order.output}${id}/`,
  format: "ndjson" as const,
  tasks: order.tasks,
  text_field: order.text_field,
  answer_field: "answer",
  truncation: "truncate",
  offsets: "utf16",
  model: {
    id: "bertweet-mini",
    version: "0f8d96f386731dced0cafc2bd36b86da96c859ac63c48be96b2adec52a8d21ee",
    engine: "simd" as const,
  },
  run: 1,
  chunks: { total: 120, done: 40, dead: 0 },
  lines: { answered: 399_987, failed: 13 },
  work: { tokens: 9_999_675, windows: 399_987 },
  bytes: { input: 240_000_000, output: 1_200_000_000 },
};
