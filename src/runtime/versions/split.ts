/**
 * Whether a text is among the given share of all texts. The same text is always answered by the same version; another canary gets another
 * share of the texts.
 */
export function isChosen(text: string, { version, percent }: { version: string; percent: number }): boolean {
  return (100 * hash(`${version} ${text}`)) / 2 ** 32 < percent;
}

/** 32 bits: FNV-1a over the UTF-16 code units, then MurmurHash3's last mixing, by which every bit depends on every unit. */
function hash(text: string): number {
  let bits = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) bits = Math.imul(bits ^ text.charCodeAt(index), 0x01000193);
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return (bits ^ (bits >>> 16)) >>> 0;
}
