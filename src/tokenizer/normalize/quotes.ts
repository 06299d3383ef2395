import { emptySpanText, pushRange, pushReplacement, type Report, type SpanText } from "../span-text.ts";

const APOSTROPHE = 0x2019;
const ELLIPSIS = 0x2026;

/** BERTweet's replacement for a curly apostrophe or an ellipsis; undefined for every other code point. */
export function plainPunctuation(codePoint: number): string | undefined {
  if (codePoint === APOSTROPHE) return "'";
  return codePoint === ELLIPSIS ? "..." : undefined;
}

/** Writes curly apostrophes and ellipses in ASCII. */
export function replaceQuotes(text: SpanText, report: Report): SpanText {
  const { codePoints, starts, ends } = text;
  if (!codePoints.includes(APOSTROPHE) && !codePoints.includes(ELLIPSIS)) return text;
  const out = emptySpanText();
  for (let i = 0; i < codePoints.length; i++) {
    const plain = plainPunctuation(codePoints[i] as number);
    if (plain === undefined) {
      pushRange(out, text, i, i + 1);
    } else {
      pushReplacement(out, plain, text, i, i + 1);
      report("quote", plain, starts[i] as number, ends[i] as number);
    }
  }
  return out;
}
