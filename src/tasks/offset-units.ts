/** Units of offsets: those of JavaScript, of Python, and of Rust, Go and AT Protocol. */
export const OFFSET_UNITS = ["utf16", "code-points", "utf8"] as const;
export type OffsetUnit = (typeof OFFSET_UNITS)[number];

/** [start, end) of a text. */
interface Span {
  start: number;
  end: number;
}

/**
 * Converts positions in UTF-16 code units to another unit. A lone surrogate counts as one code point, as in Python, and as
 * three bytes, because `TextEncoder` writes U+FFFD for it. A position inside a surrogate pair becomes the position before the pair.
 *
 * @returns a function that converts each position from 0 to `text.length` to `unit`
 */
export function placesIn(text: string, unit: OffsetUnit): (place: number) => number {
  if (unit === "utf16") return (place) => place;
  const places = new Uint32Array(text.length + 1);
  let units = 0;
  let counted = 0;
  for (const character of text) {
    places.fill(counted, units, units + character.length);
    units += character.length;
    counted += unit === "code-points" ? 1 : utf8Bytes(character.codePointAt(0) as number);
  }
  places[units] = counted;
  return (place) => places[place] as number;
}

/** The same spans with their positions converted by `place`. */
export function movePlaces<S extends Span>(spans: readonly S[], place: (place: number) => number): S[] {
  return spans.map((span) => ({ ...span, start: place(span.start), end: place(span.end) }));
}

/** Number of UTF-8 bytes of a code point. A surrogate counts as U+FFFD. */
function utf8Bytes(codePoint: number): number {
  if (codePoint < 0x80) return 1;
  if (codePoint < 0x800) return 2;
  return codePoint < 0x10000 ? 3 : 4;
}
