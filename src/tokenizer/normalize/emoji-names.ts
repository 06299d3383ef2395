import type { EmojiNames } from "./normalize.ts";

/**
 * Reads a bundle's emoji table, `{"<character>": ":name:"}`; an empty name deletes the character.
 *
 * @throws Error if it is not such a table
 */
export function parseEmojiNames(json: string): EmojiNames {
  const table: unknown = JSON.parse(json);
  if (typeof table !== "object" || table === null) throw new Error("emoji table: expected an object");
  const names = new Map<number, string>();
  for (const [character, name] of Object.entries(table)) {
    const [codePoint, ...others] = Array.from(character, (one) => one.codePointAt(0) as number);
    if (codePoint === undefined || others.length > 0 || typeof name !== "string") {
      throw new Error(`emoji table: expected one character and its name, got ${JSON.stringify([character, name])}`);
    }
    names.set(codePoint, name);
  }
  return names;
}
