/**
 * The character that GPT-2 uses for each byte, so that no piece holds white space or a control character. Printable Latin-1 characters
 * stay as they are; the other bytes become U+0100 and the following characters, in order (a space is `Ġ`).
 *
 * @see Radford et al. 2019, "Language Models are Unsupervised Multitask Learners", and `bytes_to_unicode` in its encoder.py
 */
export const byteCharacters: readonly string[] = Array.from({ length: 256 }, (_, byte) =>
  String.fromCharCode(isPrintable(byte) ? byte : 0x100 + unprintableBefore(byte)),
);

const bytes = new Map(byteCharacters.map((character, byte) => [character, byte]));

/** The bytes that a text in these characters represents. */
export function bytesOf(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => bytes.get(character) as number);
}

function isPrintable(byte: number): boolean {
  return (byte >= 0x21 && byte <= 0x7e) || (byte >= 0xa1 && byte !== 0xad);
}

function unprintableBefore(byte: number): number {
  let count = 0;
  for (let other = 0; other < byte; other++) if (!isPrintable(other)) count++;
  return count;
}
