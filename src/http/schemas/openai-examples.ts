/** Examples of the OpenAPI document's `POST /v1/embeddings`. */

const LOVELY = "What a lovely day, my train is two hours late again 🙃";

export const embeddings = {
  body: {
    one: { summary: "One text", value: { input: LOVELY, model: "bertweet-mini" } },
    several: {
      summary: "Several texts, vectors in base64",
      value: { input: [LOVELY, "so happy for you both!!"], model: "bertweet-mini", encoding_format: "base64" },
    },
  },
  answer: {
    one: {
      summary: "The vector is shortened here",
      value: {
        object: "list",
        data: [{ object: "embedding", index: 0, embedding: [0.0213, -0.114, 0.0387] }],
        model: "bertweet-mini",
        usage: { prompt_tokens: 15, total_tokens: 15 },
      },
    },
  },
};
