import { forEachWord } from "../python/whitespace.ts";
import { emptySpanText, push, pushRange, type Report, type SpanText, toText } from "../span-text.ts";

const SPACE = 0x20;

/** BERTweet's replacements in their order. They only add and remove spaces. */
const rules = [
  ["cannot ", "can not "],
  ["n't ", " n't "],
  ["n 't ", " n't "],
  ["ca n't", "can't"],
  ["ai n't", "ain't"],
  ["'m ", " 'm "],
  ["'re ", " 're "],
  ["'s ", " 's "],
  ["'ll ", " 'll "],
  ["'d ", " 'd "],
  ["'ve ", " 've "],
  [" p . m .", "  p.m."],
  [" p . m ", " p.m "],
  [" a . m .", " a.m."],
  [" a . m ", " a.m "],
].map((rule) => rule.map((text) => Array.from(text, (character) => character.charCodeAt(0)))) as [number[], number[]][];

/** Splits contractions (`do n't`) and joins `a.m.` and `p.m.`, in tokens joined by spaces. */
export function respaceContractions(text: SpanText, report: Report): SpanText {
  let result = text;
  for (const [from, to] of rules) result = replaceAll(result, from, to);
  if (result !== text) reportChanges(text, result, report);
  return result;
}

function replaceAll(text: SpanText, from: number[], to: number[]): SpanText {
  const { codePoints, starts } = text;
  let out: SpanText | undefined;
  let copied = 0;
  for (let at = indexOf(codePoints, from, 0); at >= 0; at = indexOf(codePoints, from, copied)) {
    out ??= emptySpanText();
    pushRange(out, text, copied, at);
    let source = at;
    for (const codePoint of to) {
      while (codePoint !== SPACE && codePoints[source] === SPACE) source++;
      const start = starts[Math.min(source, at + from.length - 1)] as number;
      if (codePoint === SPACE) push(out, SPACE, start, start);
      else pushRange(out, text, source, ++source);
    }
    copied = at + from.length;
  }
  if (out === undefined) return text;
  pushRange(out, text, copied, codePoints.length);
  return out;
}

function indexOf(codePoints: number[], pattern: number[], from: number): number {
  for (let at = codePoints.indexOf(pattern[0] as number, from); at >= 0; ) {
    let matched = 1;
    while (matched < pattern.length && codePoints[at + matched] === pattern[matched]) matched++;
    if (matched === pattern.length) return at;
    at = codePoints.indexOf(pattern[0] as number, at + 1);
  }
  return -1;
}

/** Reports each smallest group of words in which the spaces changed. */
function reportChanges(before: SpanText, after: SpanText, report: Report): void {
  const [beforeEnds, afterEnds] = [wordEnds(before.codePoints), wordEnds(after.codePoints)];
  let [i, j, firstOfGroup] = [0, 0, 0];
  let beforeInGroup = 0;
  while (j < afterEnds.length) {
    const [beforeEnd, afterEnd] = [beforeEnds[i] as WordEnd, afterEnds[j] as WordEnd];
    if (beforeEnd.letters <= afterEnd.letters) {
      i++;
      beforeInGroup++;
    }
    if (afterEnd.letters <= beforeEnd.letters) j++;
    if (beforeEnd.letters !== afterEnd.letters) continue;
    if (beforeInGroup > 1 || j - firstOfGroup > 1) {
      const group = afterEnds.slice(firstOfGroup, j);
      const words = group.map(({ from, to }) => toText(after.codePoints, from, to));
      const [from, to] = [group[0]?.from as number, group.at(-1)?.to as number];
      report("contraction", words.join(" "), after.starts[from] as number, after.ends[to - 1] as number);
    }
    firstOfGroup = j;
    beforeInGroup = 0;
  }
}

/** A word's place, and the number of code points up to its end, without white space. */
interface WordEnd {
  from: number;
  to: number;
  letters: number;
}

function wordEnds(codePoints: number[]): WordEnd[] {
  const ends: WordEnd[] = [];
  let letters = 0;
  forEachWord(codePoints, (from, to) => {
    letters += to - from;
    ends.push({ from, to, letters });
  });
  return ends;
}
