/** The sections of one tweet's results: heading and note. */
export const HEADINGS = {
  says: ["What it says", "The likeliest label of each task, and the others beside it."],
  missing: ["What is missing", "The likeliest words for each <mask>, in the order of the tweet."],
  ner: ["Whom it names", "People, places, organizations and works, where they stand in the tweet."],
  pos: ["How it is built", "Each word with its part of speech."],
  reads: ["What it reads", "Handles, links and emoji become words; words become pieces of a vocabulary."],
  cost: ["How it got here", "What one question costs, and how to ask it from a shell."],
} as const satisfies Record<string, readonly [heading: string, note: string]>;
