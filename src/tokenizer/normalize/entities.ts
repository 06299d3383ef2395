import { is, SPACE } from "../python/char-class.ts";
import { pythonInt } from "../python/integers.ts";
import { cp1252, html4Entities } from "../python/tables.ts";
import { emptySpanText, push, pushRange, type Report, type SpanText, toText } from "../span-text.ts";

const AMPERSAND = 0x26;
const SEMICOLON = 0x3b;
const HASH = 0x23;
const SMALL_X = 0x78;
const MAX_CODE_POINT = 0x10ffff;

const named = new Map<string, number>();
const words = html4Entities.split(" ");
for (let i = 0; i < words.length; i += 2) named.set(words[i] as string, Number.parseInt(words[i + 1] as string, 36));

const windows1252 = cp1252.split(" ").map((digits) => Number.parseInt(digits, 36));

/**
 * Replaces HTML entities like NLTK's TweetTokenizer, which uses `&(#?(x?))([^&;\s]+);`. The semicolon is required. Names are
 * those of HTML 4. The numbers 0x80 to 0x9F mean cp1252. Unknown entities are deleted. `&x41;` counts as hexadecimal.
 */
export function replaceEntities(text: SpanText, report: Report): SpanText {
  const { codePoints, starts, ends } = text;
  if (!codePoints.includes(AMPERSAND)) return text;
  const out = emptySpanText();
  for (let i = 0; i < codePoints.length; ) {
    const end = codePoints[i] === AMPERSAND ? entityEnd(codePoints, i) : -1;
    if (end < 0) {
      pushRange(out, text, i, i + 1);
      i++;
      continue;
    }
    const codePoint = decode(codePoints.slice(i + 1, end - 1));
    const [start, stop] = [starts[i] as number, ends[end - 1] as number];
    if (codePoint !== undefined) push(out, codePoint, start, stop);
    report("entity", codePoint === undefined ? "" : String.fromCodePoint(codePoint), start, stop);
    i = end;
  }
  return out;
}

/** The index after the semicolon of the entity whose ampersand is at `at`; -1 if there is none. */
function entityEnd(codePoints: number[], at: number): number {
  let end = at + 1;
  while (end < codePoints.length && codePoints[end] !== AMPERSAND && codePoints[end] !== SEMICOLON) {
    if (is(codePoints[end], SPACE)) return -1;
    end++;
  }
  return codePoints[end] === SEMICOLON && end > at + 1 ? end + 1 : -1;
}

/** The code point for the text between ampersand and semicolon; undefined if the entity must be deleted. */
function decode(body: number[]): number | undefined {
  // Each of # and x belongs to the prefix only if something is left behind it.
  let prefix = body[0] === HASH && body.length > 1 ? 1 : 0;
  const hexadecimal = body[prefix] === SMALL_X && body.length > prefix + 1;
  if (hexadecimal) prefix++;
  if (prefix === 0) return named.get(toText(body, 0, body.length));
  const number = pythonInt(body.slice(prefix), hexadecimal ? 16 : 10);
  if (number === undefined || number < 0 || number > MAX_CODE_POINT) return undefined;
  return number >= 0x80 && number <= 0x9f ? windows1252[number - 0x80] || undefined : number;
}
