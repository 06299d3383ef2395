/**
 * Examples of the OpenAPI document. Those of one operation that have the same name belong together, whichever parameter,
 * body or answer they stand at.
 */

const LOVELY = "What a lovely day, my train is two hours late again 🙃";
const TRIP = "Off to Berlin with @anna";
const MASKED = "I <mask> this song so much";

const model = { id: "bertweet-mini", version: "0f8d96f386731dced0cafc2bd36b86da96c859ac63c48be96b2adec52a8d21ee" };

const read = (tokens: number) => ({ tokens: { total: tokens, used: tokens }, truncated: false, windows: 1, model });

const sentiment = {
  label: "negative",
  score: 0.71,
  scores: [
    { label: "negative", score: 0.71 },
    { label: "neutral", score: 0.2 },
    { label: "positive", score: 0.09 },
  ],
};

const happy = {
  label: "positive",
  score: 0.97,
  scores: [
    { label: "positive", score: 0.97 },
    { label: "neutral", score: 0.02 },
    { label: "negative", score: 0.01 },
  ],
};

const entities = {
  words: [
    { text: "Off", start: 0, end: 3, tag: "O", score: 0.99 },
    { text: "to", start: 4, end: 6, tag: "O", score: 0.99 },
    { text: "Berlin", start: 7, end: 13, tag: "B-location", score: 0.94 },
    { text: "with", start: 14, end: 18, tag: "O", score: 0.99 },
    { text: "@anna", start: 19, end: 24, tag: "O", score: 0.98 },
  ],
  entities: [{ text: "Berlin", start: 7, end: 13, label: "location", score: 0.94 }],
};

const filled = {
  masks: [
    {
      start: 2,
      end: 8,
      predictions: [
        { token: "love", score: 0.83 },
        { token: "hate", score: 0.04 },
      ],
    },
  ],
};

/** Of `GET /v1/{task}`. */
export const predictGet = {
  task: { sentiment: { value: "sentiment" }, ner: { value: "ner" }, "fill-mask": { value: "fill-mask" } },
  text: { sentiment: { value: LOVELY }, ner: { value: TRIP }, "fill-mask": { value: MASKED } },
  answer: {
    sentiment: { value: { ...sentiment, ...read(15) } },
    ner: { value: { ...entities, ...read(7) } },
    "fill-mask": { value: { ...filled, ...read(8) } },
  },
};

/** Of `POST /v1/{task}`. */
export const predictPost = {
  task: {
    one: { value: "sentiment" },
    several: { value: "sentiment" },
    words: { value: "ner" },
    mask: { value: "fill-mask" },
    batch: { value: "ner" },
  },
  body: {
    one: { summary: "One text", value: { text: LOVELY, top_k: 3 } },
    several: { summary: "Several texts", value: { texts: [LOVELY, "so happy for you both!!"], truncation: "window" } },
    words: {
      summary: "Words that are cut already",
      value: { tokens: ["Off", "to", "Berlin", "with", "@anna"], scheme: "wnut17" },
    },
    mask: { summary: "A word that is missing", value: { text: MASKED, targets: ["love", "hate"] } },
    batch: {
      summary: "Texts with options of their own",
      value: { batch: [{ text: TRIP, scheme: "wnut17" }, { text: TRIP }] },
    },
  },
  answer: {
    one: { value: { ...sentiment, ...read(15) } },
    several: {
      value: {
        results: [
          { ...sentiment, ...read(15) },
          { ...happy, ...read(9) },
        ],
      },
    },
    words: { value: { ...entities, ...read(7) } },
    mask: { value: { ...filled, ...read(8) } },
  },
};

/** Of `GET /v1/{task}/{scheme}`. */
export const tagGet = {
  task: { ner: { value: "ner" } },
  scheme: { ner: { value: "wnut17" } },
  text: { ner: { value: TRIP } },
  answer: { ner: { value: { ...entities, ...read(7) } } },
};

/** Of `POST /v1/{task}/{scheme}`. */
export const tagPost = {
  task: { one: { value: "ner" } },
  scheme: { one: { value: "wnut17" } },
  body: {
    one: {
      summary: "One text, places in code points, as Python counts",
      value: { text: TRIP, offsets: "code-points" },
    },
    several: { summary: "Several texts", value: { texts: [TRIP, LOVELY] } },
  },
  answer: { one: { value: { ...entities, ...read(7) } } },
};

const brokenLine = {
  summary: "What is wrong with a line",
  value: {
    line: 2,
    error: {
      type: "/problems/not-json",
      status: 400,
      title: "The body is not JSON",
      detail: "The body could not be parsed as JSON.",
    },
  },
};

const answeredLine = (answer: object) => ({
  line: { summary: "A line's answer", value: { line: 1, id: "1849", ...answer } },
  problem: brokenLine,
});

/** Of `POST /v1/{task}/stream`, a line each. */
export const stream = {
  task: { line: { value: "sentiment" } },
  line: { line: { value: { id: "1849", text: LOVELY, truncation: "window" } } },
  plain: { plain: { summary: "A text", value: LOVELY } },
  answer: answeredLine({ ...sentiment, ...read(15) }),
};

/** Of `POST /v1/{task}/{scheme}/stream`, a line each. */
export const tagStream = {
  task: { line: { value: "ner" } },
  scheme: { line: { value: "wnut17" } },
  line: { line: { value: { id: "1849", text: TRIP, offsets: "code-points" } } },
  plain: { plain: { summary: "A text", value: TRIP } },
  answer: answeredLine({ ...entities, ...read(7) }),
};

/** Of `POST /v1/analyze/stream`. */
export const analyzeStream = {
  line: { line: { value: { id: "1849", text: TRIP, tasks: ["sentiment", "ner/wnut17"] } } },
  plain: { plain: { summary: "A text", value: TRIP } },
  answer: answeredLine({ results: { sentiment, "ner/wnut17": entities }, ...read(7) }),
};

/** Of `POST /v1/embed/stream`. */
export const embedStream = {
  line: { line: { value: { id: "1849", text: LOVELY, normalize: true } } },
  plain: { plain: { summary: "A text", value: LOVELY } },
  answer: answeredLine({ embedding: [0.0213, -0.114, 0.387], ...read(15) }),
};

const HAPPY = "so happy for you both!!";
const explained = {
  label: "positive",
  score: 0.98,
  words: [
    { text: "so", start: 0, end: 2, effect: 0.01 },
    { text: "happy", start: 3, end: 8, effect: 0.35 },
    { text: "for", start: 9, end: 12, effect: -0.01 },
    { text: "you", start: 13, end: 16, effect: 0 },
    { text: "both", start: 17, end: 21, effect: 0.02 },
    { text: "!", start: 21, end: 22, effect: 0.01 },
    { text: "!", start: 22, end: 23, effect: 0.01 },
  ],
};

/** Of `/v1/{task}/explain`. */
export const explain = {
  task: { one: { value: "sentiment" } },
  text: { one: { value: HAPPY } },
  body: { one: { summary: "Why it is not negative", value: { text: HAPPY, label: "positive" } } },
  answer: { one: { value: { ...explained, ...read(9) } } },
};

/** Of `/v1/analyze`. */
export const analyze = {
  text: { one: { value: TRIP } },
  tasks: { one: { value: "sentiment,ner/wnut17" } },
  body: {
    one: { summary: "One text", value: { text: TRIP, tasks: ["sentiment", "ner/wnut17"] } },
    several: { summary: "Several texts, every usual task", value: { texts: [TRIP, LOVELY] } },
  },
  answer: { one: { value: { results: { sentiment, "ner/wnut17": entities }, ...read(7) } } },
};

/** Of `/v1/embed`. */
export const embed = {
  text: { one: { value: LOVELY } },
  body: {
    one: { summary: "One text", value: { text: LOVELY, pooling: "cls" } },
    several: { summary: "Several texts, vectors of length 1", value: { texts: [LOVELY, TRIP], normalize: true } },
  },
  answer: {
    one: {
      summary: "One text; the vector is shortened here",
      value: { embedding: [0.0213, -0.114, 0.387], ...read(15) },
    },
  },
};

/** Of `/v1/tokenize`. */
export const tokenize = {
  text: { one: { value: "@you look 😀" } },
  body: {
    one: { value: { text: "@you look 😀" } },
    bytes: { summary: "Places in bytes of UTF-8", value: { text: "@you look 😀", offsets: "utf8" } },
  },
  answer: {
    one: {
      value: {
        normalized: "@USER look :grinning_face:",
        pieces: ["<s>", "@USER", "look", ":grinning_face:", "</s>"],
        ids: [0, 4, 219, 10309, 2],
        offsets: [
          [0, 0],
          [0, 4],
          [5, 9],
          [10, 12],
          [12, 12],
        ],
        rewrites: [
          { kind: "mention", from: "@you", to: "@USER", start: 0, end: 4 },
          { kind: "emoji", from: "😀", to: ":grinning_face:", start: 10, end: 12 },
        ],
        unknown: 0,
        unknown_emoji: [],
        tokens: { total: 5, used: 5 },
        truncated: false,
        model,
      },
    },
  },
};
