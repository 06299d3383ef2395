/** What a part of speech has to do with the sentence; the page gives each family a colour. */
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

/** Universal Dependencies' 17 (universaldependencies.org/u/pos). */
const UNIVERSAL: [Family, string][] = [
  ["noun", "NOUN"],
  ["name", "PROPN"],
  ["verb", "VERB AUX"],
  ["modifier", "ADJ ADV"],
  ["function", "ADP CCONJ DET PART PRON SCONJ"],
  ["expression", "INTJ"],
  ["mark", "NUM PUNCT SYM X"],
];

/** The 25 of Gimpel et al. (2011), "Part-of-Speech Tagging for Twitter", table 1. */
const ARK: [Family, string][] = [
  ["noun", "N S L"],
  ["name", "^ Z M"],
  ["verb", "V"],
  ["modifier", "A R"],
  ["function", "O D P & T X Y"],
  ["expression", "! E"],
  ["social", "# @ ~ U"],
  ["mark", "$ , G"],
];

/** The Penn Treebank's, with those that Ritter et al. (2011) added for Twitter: USR, HT, URL, RT. */
const PENN: [Family, string][] = [
  ["noun", "NN NNS"],
  ["name", "NNP NNPS"],
  ["verb", "VB VBD VBG VBN VBP VBZ MD"],
  ["modifier", "JJ JJR JJS RB RBR RBS WRB"],
  ["function", "CC DT EX IN PDT POS PRP PRP$ RP TO WDT WP WP$"],
  ["expression", "UH"],
  ["social", "USR HT URL RT"],
];

/** Two sets use X: Universal's "other" and ARK's existential; nothing else has two meanings. */
const BY_SCHEME: Record<string, Map<string, Family>> = {
  tweebank: toMap(UNIVERSAL),
  ark: toMap(ARK),
  ptb: toMap(PENN),
};

function toMap(table: [Family, string][]): Map<string, Family> {
  return new Map(table.flatMap(([family, tags]) => tags.split(" ").map((tag) => [tag, family] as const)));
}

/** A tag that the tables don't have, punctuation's many in Penn's set say, is a mark. */
export function familyOf(scheme: string | undefined, tag: string): Family {
  return BY_SCHEME[scheme ?? ""]?.get(tag) ?? "mark";
}
