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

/** A file as Python reads it in text mode, where every line ends with a line feed. */
export function universalNewlines(text: string): string {
  return text.includes("\r") ? text.replace(/\r\n?/g, "\n") : text;
}

/** How many line feeds a text has. */
export function countLines(text: string): number {
  let count = 0;
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) count++;
  return count;
}

/**
 * Calls back with each line and its number from 0. Text after the last line feed is a line too, unless it is empty. It makes no array of
 * lines: the garbage collector would move each of 30,000 strings in it twice.
 */
export function forEachLine(text: string, callback: (line: string, number: number) => void): void {
  for (let from = 0, number = 0; from < text.length; number++) {
    const feed = text.indexOf("\n", from);
    const to = feed < 0 ? text.length : feed;
    callback(text.slice(from, to), number);
    from = to + 1;
  }
}
