/** Groups of parts of speech by their role in the sentence. Each has a colour on the page. */
export type Family = "noun" | "name" | "verb" | "modifier" | "function" | "expression" | "social" | "mark";

export const FAMILIES: Record<Family, string> = {
  noun: "Nouns",
  name: "Proper nouns",
  verb: "Verbs",
  modifier: "Adjectives, adverbs",
  function: "Function words",
  expression: "Interjections, emoticons",
  social: "Mentions, hashtags, links",
  mark: "Numbers, punctuation, other",
};

/** The tags of a set, each with its family and meaning. */
export type Meanings = Record<string, readonly [family: Family, meaning: string]>;
