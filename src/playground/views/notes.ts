import { button, el } from "../dom.ts";
import { looksForeign } from "../language/looks-foreign.ts";
import type { Findings } from "../questions.ts";
import { unread } from "./unread.ts";

/** How much text is shown before and after the place where the model stopped reading, in UTF-16 units. */
const SHOWN_READ = 60;
const SHOWN_UNREAD = 140;

/** A note that the model reads English only, for texts that are certainly not English. */
export function foreignNote(...texts: string[]): HTMLElement[] {
  if (!texts.some(looksForeign)) return [];
  return [
    note(
      "This does not look like English",
      el("p", {}, "The model reads English only. Its answers for this text are not reliable."),
    ),
  ];
}

/** A note on how much of a long text was read, and a button for the other way to read it. `readInWindows` gets the user's choice. */
export function extentNote(
  findings: Findings,
  readTo: number,
  readInWindows: (wanted: boolean) => void,
): HTMLElement[] {
  const { text, tasks, analysis, readWhole } = findings;
  const { tokens, truncated, windows } = analysis;
  if (truncated) {
    const read = text.slice(Math.max(0, readTo - SHOWN_READ), readTo);
    const rest = text.slice(readTo);
    const shown = rest.length > SHOWN_UNREAD ? `${rest.slice(0, SHOWN_UNREAD)}…` : rest;
    return [
      note(
        `Read to here: ${tokens.used} of ${tokens.total} tokens`,
        el("p", { class: "cut", dir: "auto" }, `…${read}`, ...unread(shown)),
        ...readWhole.map((name) => el("p", {}, `The task ${name} has read all of it, in windows.`)),
        button("Read all of it, in windows", () => readInWindows(true), { id: "windows" }),
      ),
    ];
  }
  if (windows < 2) return [];
  return [
    note(
      `Read whole, in ${windows} windows`,
      el("p", {}, `Each window has up to ${tasks.window} tokens and overlaps the next. Labels are averaged over them.`),
      button(`Read the first ${tasks.window} tokens only`, () => readInWindows(false), { id: "windows" }),
    ),
  ];
}

function note(title: string, ...content: Node[]): HTMLElement {
  return el("div", { class: "note" }, el("h2", {}, title), ...content);
}
