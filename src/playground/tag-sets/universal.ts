import type { Meanings } from "./families.ts";

/** The 17 tags of Universal Dependencies (universaldependencies.org/u/pos). */
export const UNIVERSAL: Meanings = {
  ADJ: ["modifier", "adjective"],
  ADP: ["function", "preposition or postposition"],
  ADV: ["modifier", "adverb"],
  AUX: ["verb", "auxiliary verb"],
  CCONJ: ["function", "coordinating conjunction"],
  DET: ["function", "determiner"],
  INTJ: ["expression", "interjection"],
  NOUN: ["noun", "noun"],
  NUM: ["mark", "number"],
  PART: ["function", "particle, such as “to” and “not”"],
  PRON: ["function", "pronoun"],
  PROPN: ["name", "proper noun, mentions included"],
  PUNCT: ["mark", "punctuation"],
  SCONJ: ["function", "subordinating conjunction"],
  SYM: ["mark", "symbol, emoji included"],
  VERB: ["verb", "verb"],
  X: ["mark", "other, such as links and hashtags"],
};
