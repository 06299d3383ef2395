import { MAX_TEXT_UTF16_UNITS } from "../../limits.ts";

/** Maximum number of lines. More would keep the page busy for many minutes: use the stream route for them. */
export const MAX_LINES = 5_000;

/** Maximum size of a file, enough for this many long tweets. */
export const MAX_FILE_BYTES = 5_000_000;

/** A non-empty line. */
export interface TextLine {
  /** Its number in the list, counted from 1, including empty lines. */
  number: number;
  text: string;
}

/** The non-empty lines of a list. */
export function readLines(list: string): TextLine[] {
  return list
    .split(/\r\n|\r|\n/)
    .map((line, index) => ({ number: index + 1, text: line.trim() }))
    .filter(({ text }) => text !== "");
}

/** Why a list can't be labelled; undefined if it can. */
export function faultOf(lines: readonly TextLine[]): string | undefined {
  if (lines.length > MAX_LINES)
    return `The list has ${counted(lines.length)} lines. This page labels ${counted(MAX_LINES)} at once.`;
  const long = lines.find(({ text }) => text.length > MAX_TEXT_UTF16_UNITS);
  if (long)
    return `Line ${counted(long.number)} has ${counted(long.text.length)} characters. A text may have ${counted(MAX_TEXT_UTF16_UNITS)}.`;
  return undefined;
}

/** A number with thousands separators. */
export function counted(number: number): string {
  return number.toLocaleString("en");
}
