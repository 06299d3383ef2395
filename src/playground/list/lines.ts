import { MAX_TEXT_UTF16_UNITS } from "../../limits.ts";

/** More lines than this are for the stream route: the page would be busy for many minutes. */
export const MAX_LINES = 5_000;

/** A file of that many long tweets; a larger one is no list for this page. */
export const MAX_FILE_BYTES = 5_000_000;

/** A line that has a text. */
export interface TextLine {
  /** Its place in the list, counted from 1, empty lines included. */
  number: number;
  text: string;
}

/** The lines of a list that have a text. */
export function readLines(list: string): TextLine[] {
  return list
    .split(/\r\n|\r|\n/)
    .map((line, index) => ({ number: index + 1, text: line.trim() }))
    .filter(({ text }) => text !== "");
}

/** Why a list can't be labelled, or undefined where it can. */
export function faultOf(lines: readonly TextLine[]): string | undefined {
  if (lines.length > MAX_LINES)
    return `The list has ${counted(lines.length)} lines. This page labels ${counted(MAX_LINES)} at once.`;
  const long = lines.find(({ text }) => text.length > MAX_TEXT_UTF16_UNITS);
  if (long)
    return `Line ${counted(long.number)} has ${counted(long.text.length)} characters. A text may have ${counted(MAX_TEXT_UTF16_UNITS)}.`;
  return undefined;
}

/** A number as people read it. */
export function counted(number: number): string {
  return number.toLocaleString("en");
}
