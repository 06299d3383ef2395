import { button, el } from "../dom.ts";
import { looksForeign } from "../language/looks-foreign.ts";
import type { Findings } from "../questions.ts";
import { unread } from "./unread.ts";

/** How much of the text is shown on each side of the place where reading stopped, in UTF-16 units. */
const SHOWN_READ = 60;
const SHOWN_UNREAD = 140;

/** That the model reads English alone, for texts that are surely not English. */
export function foreignNote(...texts: string[]): HTMLElement[] {
  if (!texts.some(looksForeign)) return [];
  return [
    note("This does not look like English", el("p", {}, "The model reads English only. Its answers here mean little.")),
  ];
}

/** How far a long text was read, and the other way of reading it. `readInWindows` takes the user's choice. */
export function extentNote(
  findings: Findings,
  readTo: number,
  readInWindows: (wanted: boolean) => void,
): HTMLElement[] {
  const { text, tasks, analysis } = findings;
  const { tokens, truncated, windows } = analysis;
  if (truncated) {
    const read = text.slice(Math.max(0, readTo - SHOWN_READ), readTo);
    const rest = text.slice(readTo);
    const shown = rest.length > SHOWN_UNREAD ? `${rest.slice(0, SHOWN_UNREAD)}…` : rest;
    return [
      note(
        `Read to here: ${tokens.used} of ${tokens.total} tokens`,
        el("p", { class: "cut", dir: "auto" }, `…${read}`, ...unread(shown)),
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
