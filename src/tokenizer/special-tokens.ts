const specialToken = /<(?:s|\/s|unk|pad|mask)>/g;

/**
 * Parts the text at special tokens written out in it, which the reference takes for what they say.
 *
 * @returns the parts in order with their place in UTF-16 code units, none of them empty
 */
export function splitSpecialTokens(text: string): { start: number; end: number; special: boolean }[] {
  const parts = [];
  let at = 0;
  for (const { 0: token, index } of text.matchAll(specialToken)) {
    if (index > at) parts.push({ start: at, end: index, special: false });
    at = index + token.length;
    parts.push({ start: index, end: at, special: true });
  }
  if (at < text.length) parts.push({ start: at, end: text.length, special: false });
  return parts;
}
