/** Tokens that are recognized when they are written in a text. */
export const SPECIAL_TOKENS = ["<s>", "<pad>", "</s>", "<unk>", "<mask>"];

const LESS = 0x3c;

/**
 * Splits the code points `from` to `to` at special tokens, and calls back with each non-empty part in order. Parts that are special
 * tokens come with their name.
 */
export function forEachPart(
  codePoints: readonly number[],
  from: number,
  to: number,
  callback: (from: number, to: number, token?: string) => void,
): void {
  let partStart = from;
  for (let at = from; at < to; ) {
    const token = codePoints[at] === LESS ? specialTokenAt(codePoints, at, to) : undefined;
    if (token === undefined) {
      at++;
      continue;
    }
    const end = at + token.length;
    if (at > partStart) callback(partStart, at);
    callback(at, end, token);
    partStart = end;
    at = end;
  }
  if (partStart < to) callback(partStart, to);
}

function specialTokenAt(codePoints: readonly number[], at: number, to: number): string | undefined {
  return SPECIAL_TOKENS.find((token) => {
    for (let i = 0; i < token.length; i++) if (codePoints[at + i] !== token.charCodeAt(i)) return false;
    return at + token.length <= to;
  });
}
