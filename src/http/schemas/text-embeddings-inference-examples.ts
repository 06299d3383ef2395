/** Examples of the OpenAPI document's operations under /tei. */

const LOVELY = "What a lovely day, my train is two hours late again 🙃";
const HAPPY = "so happy for you both!!";

const id = "bertweet-mini";

const limits = {
  max_concurrent_requests: 1,
  max_input_length: 128,
  max_batch_tokens: 8192,
  max_batch_requests: null,
  max_client_batch_size: 64,
  auto_truncate: true,
  tokenization_workers: 1,
  version: "0.1.0",
  sha: null,
  docker_label: null,
};

const about = {
  model_id: id,
  model_sha: "0f8d96f386731dced0cafc2bd36b86da96c859ac63c48be96b2adec52a8d21ee",
  model_dtype: "int8",
};

const labels = [
  { label: "negative", score: 0.71 },
  { label: "neutral", score: 0.2 },
  { label: "positive", score: 0.09 },
];

export const embed = {
  body: {
    one: { summary: "One text", value: { inputs: LOVELY } },
    several: { summary: "Several texts", value: { inputs: [LOVELY, HAPPY], truncate: true, normalize: false } },
  },
  answer: { one: { summary: "Shortened here", value: [[0.0213, -0.114, 0.0387]] } },
};

export const embedInfo = {
  answer: {
    vectors: { value: { ...about, served_model_name: id, model_type: { embedding: { pooling: "mean" } }, ...limits } },
  },
};

export const predict = {
  task: "sentiment",
  body: {
    one: { summary: "One text", value: { inputs: LOVELY } },
    several: { summary: "Several texts", value: { inputs: [[LOVELY], [HAPPY]], raw_scores: true } },
  },
  answer: { one: { value: labels }, several: { value: [labels, labels] } },
};

export const predictInfo = {
  answer: {
    labels: {
      value: {
        ...about,
        served_model_name: `${id}/sentiment`,
        model_type: {
          classifier: {
            id2label: { 0: "negative", 1: "neutral", 2: "positive" },
            label2id: { negative: 0, neutral: 1, positive: 2 },
          },
        },
        ...limits,
      },
    },
  },
};
