/** Heading and note of each section of one tweet's results. */
export const HEADINGS = {
  says: ["Labels", "The most likely label of each task, and the other labels."],
  missing: ["Masked words", "The most likely words for each <mask>, in the order of the tweet."],
  why: ["Explanation", "Choose a task to see how much each word contributes to its label."],
  ner: ["Named entities", "People, places, organizations and works in the tweet."],
  pos: ["Parts of speech", "Each word with its part of speech."],
  reads: ["Tokens", "Handles, links and emoji become words. Words become pieces of the vocabulary."],
  cost: ["Requests", "The time of each request, and a command for the same request."],
} as const satisfies Record<string, readonly [heading: string, note: string]>;
