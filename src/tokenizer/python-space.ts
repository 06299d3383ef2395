import { is, PYTHON_SPACE } from "./char-class.ts";

/** Calls back with the bounds of each word, as Python's `str.split()` finds them. */
export function forEachWord(codePoints: readonly number[], callback: (from: number, to: number) => void): void {
  for (let i = 0; i < codePoints.length; ) {
    if (is(codePoints[i], PYTHON_SPACE)) {
      i++;
      continue;
    }
    const from = i;
    while (i < codePoints.length && !is(codePoints[i], PYTHON_SPACE)) i++;
    callback(from, i);
  }
}

/** `text.split()` of Python. */
export function splitWords(text: string): string[] {
  const words: string[] = [];
  let from = 0;
  for (let i = 0; i <= text.length; i++) {
    if (i < text.length && !is(text.charCodeAt(i), PYTHON_SPACE)) continue;
    if (i > from) words.push(text.slice(from, i));
    from = i + 1;
  }
  return words;
}

/** `text.strip()` of Python. */
export function strip(text: string): string {
  let [from, to] = [0, text.length];
  while (from < to && is(text.charCodeAt(from), PYTHON_SPACE)) from++;
  while (to > from && is(text.charCodeAt(to - 1), PYTHON_SPACE)) to--;
  return text.slice(from, to);
}

/** Lines of a file as Python reads them in text mode. */
export function textLines(text: string): string[] {
  return text.includes("\r") ? text.split(/\r\n|\r|\n/) : text.split("\n");
}
