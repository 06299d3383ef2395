/** Examples of the OpenAPI document's operations under /models. */

const LOVELY = "What a lovely day, my train is two hours late again 🙃";
const TRIP = "Off to Berlin with @anna to see Rammstein";
const MASKED = "I <mask> this song so much";

const labels = [
  { label: "negative", score: 0.71 },
  { label: "neutral", score: 0.2 },
  { label: "positive", score: 0.09 },
];

const groups = [{ entity_group: "LOC", score: 0.94, word: "Berlin", start: 7, end: 13 }];

const filled = [{ score: 0.83, token: 68, token_str: "love", sequence: "I love this song so much" }];

export const textClassification = {
  body: {
    one: { summary: "One text", value: { inputs: LOVELY, parameters: { top_k: 3 } } },
    several: { summary: "Several texts", value: { inputs: [LOVELY, TRIP], parameters: { function_to_apply: "none" } } },
  },
  answer: { one: { value: [labels] } },
};

export const tokenClassification = {
  body: {
    groups: { summary: "Named entities", value: { inputs: TRIP, parameters: { aggregation_strategy: "first" } } },
    pieces: {
      summary: "Every piece with its tag",
      value: { inputs: TRIP, parameters: { scheme: "wnut17", aggregation_strategy: "none", ignore_labels: [] } },
    },
  },
  answer: { groups: { value: groups } },
};

export const fillMask = {
  body: {
    one: { summary: "The likeliest words", value: { inputs: MASKED, parameters: { top_k: 1 } } },
    targets: { summary: "Some words alone", value: { inputs: MASKED, parameters: { targets: ["love", "hate"] } } },
  },
  answer: { one: { value: filled } },
};

export const featureExtraction = {
  body: {
    one: { summary: "One text", value: { inputs: LOVELY } },
    several: {
      summary: "A vector for each of several texts, of length 1",
      value: { inputs: [LOVELY, TRIP], normalize: true },
    },
  },
  answer: {
    one: {
      summary: "Shortened here",
      value: [
        [0.0213, -0.114, 0.387],
        [0.102, 0.0981, -0.255],
      ],
    },
  },
};

const COMPARISON = { source_sentence: LOVELY, sentences: ["so happy for you both!!", TRIP] };

export const sentenceSimilarity = {
  body: { two: { summary: "Two texts against one", value: { inputs: COMPARISON } } },
  answer: { two: { value: [0.61, 0.42] } },
};

export const task = {
  body: {
    classification: { summary: "A classification", value: { inputs: LOVELY, parameters: { top_k: 1 } } },
    tagging: { summary: "A tag set", value: { inputs: TRIP, parameters: { scheme: "ark" } } },
  },
  task: { classification: { value: "irony" }, tagging: { value: "pos" } },
  answer: { classification: { value: [[{ label: "irony", score: 0.77 }]] } },
};

export const model = {
  body: {
    text: { value: { inputs: LOVELY } },
    mask: { value: { inputs: MASKED } },
    entities: { value: { inputs: TRIP, parameters: { aggregation_strategy: "simple" } } },
    features: { value: { inputs: [LOVELY, TRIP], normalize: true } },
    comparison: { value: { inputs: COMPARISON } },
  },
  answer: {
    text: { value: [labels] },
    mask: { value: filled },
    entities: { value: groups },
    comparison: { value: [0.61, 0.42] },
  },
};
