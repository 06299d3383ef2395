const REPLACEMENT = 0xfffd;

/** Appends the UTF-8 bytes of a code point. A surrogate, which has no UTF-8 form, is written as U+FFFD. */
export function pushUtf8(bytes: number[], codePoint: number): void {
  if (codePoint < 0x80) {
    bytes.push(codePoint);
  } else if (codePoint < 0x800) {
    bytes.push(0xc0 | (codePoint >> 6), continuation(codePoint));
  } else if (codePoint < 0x10000) {
    const written = codePoint >= 0xd800 && codePoint < 0xe000 ? REPLACEMENT : codePoint;
    bytes.push(0xe0 | (written >> 12), continuation(written >> 6), continuation(written));
  } else {
    bytes.push(
      0xf0 | (codePoint >> 18),
      continuation(codePoint >> 12),
      continuation(codePoint >> 6),
      continuation(codePoint),
    );
  }
}

function continuation(bits: number): number {
  return 0x80 | (bits & 0x3f);
}
