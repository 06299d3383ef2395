/** What a part of speech has to do with the sentence. The page gives each family a colour. */
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

/** Each tag of a set: its family and what it stands for. */
export type Meanings = Record<string, readonly [family: Family, meaning: string]>;
