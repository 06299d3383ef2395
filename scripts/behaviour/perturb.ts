/** Texts as other people would have typed them. */
import { seededRandom } from "../random.ts";
import type { Example } from "../task_data.ts";

const EMOJI = /\p{Extended_Pictographic}(?:\uFE0F|\p{Emoji_Modifier}|\u200D\p{Extended_Pictographic})*/gu;
const WORD = /^\p{L}{4,}$/u;
const TYPO_SHARE = 0.15; // of the words of four or more letters

/** Swaps two neighbouring letters, but not the first, within about one word in seven. Names with @, hashtags and links stay as they are. */
function withTypos(text: string, random: () => number): string {
  return text
    .split(" ")
    .map((word) => {
      if (!WORD.test(word) || random() >= TYPO_SHARE) return word;
      const letters = [...word];
      const at = 1 + Math.floor(random() * (letters.length - 2));
      [letters[at], letters[at + 1]] = [letters[at + 1] as string, letters[at] as string];
      return letters.join("");
    })
    .join(" ");
}

export const hasEmoji = (text: string): boolean => text.search(EMOJI) >= 0;
export const withoutEmoji = (text: string): string => text.replace(EMOJI, "").replace(/ {2,}/g, " ").trim();

/** Links and names keep their letters, since another case would make other links of them. */
const changeCase = (change: (word: string) => string) => (text: string) =>
  text
    .split(" ")
    .map((word) => (/^(@|https?:)/.test(word) ? word : change(word)))
    .join(" ");

/** Each change by its name. Its function gets random numbers, which are the same in every run. */
export const CHANGES: Record<string, (text: string, random: () => number) => string> = {
  typos: withTypos,
  "lower case": changeCase((word) => word.toLowerCase()),
  "upper case": changeCase((word) => word.toUpperCase()),
};

/** The examples with changed texts or tokens, and the same gold labels. */
export function changed(
  examples: readonly Example[],
  change: (text: string, random: () => number) => string,
): Example[] {
  const random = seededRandom(1);
  return examples.map(({ input, gold }) => ({
    input:
      "text" in input
        ? { text: change(input.text, random) }
        : { tokens: input.tokens.map((token) => change(token, random)) },
    gold,
  }));
}
