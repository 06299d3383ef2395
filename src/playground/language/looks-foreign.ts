import { ENGLISH, OTHERS } from "./function-words.ts";

/** Minimum number of different function words of one language. */
const ENOUGH_WORDS = 2;

/** Minimum number of letters of another script. */
const ENOUGH_LETTERS = 4;

/** Parts of a text that say nothing about its language: links, handles, hashtags, HTML entities, masks. */
const NO_WORDS = /https?:\S+|[@#][\p{L}\p{N}_]+|&\w+;|<mask>/gu;

/**
 * Whether a tweet is certainly not in English: most of its letters are of another script, or it has function words of another language
 * and almost none of English. Short and mixed texts count as English, because a false alarm on slang is worse than a miss.
 */
export function looksForeign(text: string): boolean {
  const told = text.replaceAll(NO_WORDS, " ");
  const latin = told.match(/\p{Script=Latin}/gu)?.length ?? 0;
  const other = told.match(/(?!\p{Script=Latin}|\p{Script=Common}|\p{Script=Inherited})\p{L}/gu)?.length ?? 0;
  if (other >= ENOUGH_LETTERS && other > latin) return true;
  const said = new Set(
    told
      .toLowerCase()
      .replaceAll("’", "'")
      .match(/\p{L}[\p{L}\p{M}']*/gu),
  );
  const english = said.intersection(ENGLISH).size;
  return OTHERS.some((language) => {
    const foreign = said.difference(ENGLISH).intersection(language).size;
    return foreign >= ENOUGH_WORDS && foreign > english + 1;
  });
}
