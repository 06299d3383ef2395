/**
 * Whether a canary answers a text. The same text always gets the same version. Another canary gets other texts.
 */
export function isChosen(text: string, { version, percent }: { version: string; percent: number }): boolean {
  return (100 * hash(`${version} ${text}`)) / 2 ** 32 < percent;
}

/** A 32-bit hash: FNV-1a over the UTF-16 code units, then MurmurHash3's finalizer, so that every bit depends on every unit. */
function hash(text: string): number {
  let bits = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) bits = Math.imul(bits ^ text.charCodeAt(index), 0x01000193);
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return (bits ^ (bits >>> 16)) >>> 0;
}
