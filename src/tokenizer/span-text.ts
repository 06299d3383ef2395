/**
 * A text between two rewriting steps: code points, and for each code point its span of the original text,
 * in UTF-16 code units. Spans never go backwards.
 *
 * It has code points, not a string, because the reference's strings may hold two lone surrogates side by side. In a
 * JavaScript string these would be one character.
 */
export interface SpanText {
  readonly codePoints: number[];
  readonly starts: number[];
  readonly ends: number[];
}

/** Called for each rewrite: the original text from `start` to `end` became `to`. */
export type Report = (kind: RewriteKind, to: string, start: number, end: number) => void;

export type RewriteKind = "mention" | "url" | "emoji" | "entity" | "quote" | "shortened" | "contraction";

export function emptySpanText(): SpanText {
  return { codePoints: [], starts: [], ends: [] };
}

/** `text` from `from` to `to` (UTF-16 code units), each code point with its own span. */
export function toSpanText(text: string, from: number, to: number): SpanText {
  const out = emptySpanText();
  for (let i = from; i < to; ) {
    let codePoint = text.charCodeAt(i);
    let end = i + 1;
    if ((codePoint & 0xfc00) === 0xd800 && end < to) {
      const low = text.charCodeAt(end);
      if ((low & 0xfc00) === 0xdc00) {
        codePoint = ((codePoint - 0xd800) << 10) + (low - 0xdc00) + 0x10000;
        end++;
      }
    }
    push(out, codePoint, i, end);
    i = end;
  }
  return out;
}

export function push(out: SpanText, codePoint: number, start: number, end: number): void {
  out.codePoints.push(codePoint);
  out.starts.push(start);
  out.ends.push(end);
}

/** Appends the code points `from` to `to` of `text` with their spans. */
export function pushRange(out: SpanText, text: SpanText, from: number, to: number): void {
  for (let i = from; i < to; i++) {
    push(out, text.codePoints[i] as number, text.starts[i] as number, text.ends[i] as number);
  }
}

/** Appends `replacement`. Each of its code points gets the span of all code points `from` to `to` of `text`. */
export function pushReplacement(out: SpanText, replacement: string, text: SpanText, from: number, to: number): void {
  const start = text.starts[from] as number;
  const end = text.ends[to - 1] as number;
  for (const character of replacement) push(out, character.codePointAt(0) as number, start, end);
}

/** The code points `from` to `to` as a string. */
export function toText(codePoints: readonly number[], from: number, to: number): string {
  let text = "";
  for (let i = from; i < to; i++) {
    const codePoint = codePoints[i] as number;
    text += codePoint > 0xffff ? String.fromCodePoint(codePoint) : String.fromCharCode(codePoint);
  }
  return text;
}
