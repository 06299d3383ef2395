import { emptySpanText, pushRange, type Report, type SpanText, toText } from "../span-text.ts";

const KEPT = 3;

/**
 * Shortens runs of four or more equal characters, except ASCII letters and digits, to three, like TweetTokenizer.
 * The span of the third character covers the rest of the run.
 */
export function shortenRuns(text: SpanText, report: Report): SpanText {
  const { codePoints, starts, ends } = text;
  let out: SpanText | undefined;
  for (let i = 0; i < codePoints.length; ) {
    let end = i + 1;
    while (codePoints[end] === codePoints[i]) end++;
    if (end - i > KEPT && !isAsciiAlnum(codePoints[i] as number)) {
      if (out === undefined) {
        out = emptySpanText();
        pushRange(out, text, 0, i);
      }
      pushRange(out, text, i, i + KEPT);
      out.ends[out.ends.length - 1] = ends[end - 1] as number;
      report("shortened", toText(codePoints, i, i + KEPT), starts[i] as number, ends[end - 1] as number);
    } else if (out !== undefined) {
      pushRange(out, text, i, end);
    }
    i = end;
  }
  return out ?? text;
}

function isAsciiAlnum(codePoint: number): boolean {
  return (
    (codePoint >= 0x30 && codePoint <= 0x39) ||
    (codePoint >= 0x41 && codePoint <= 0x5a) ||
    (codePoint >= 0x61 && codePoint <= 0x7a)
  );
}
