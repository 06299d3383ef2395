import { el } from "../dom.ts";
import { HEADINGS } from "./headings.ts";

/** Number of grey lines in each section. */
const LINES = { says: 7, ner: 2, pos: 3, reads: 5, cost: 4 } as const;

/** The sections before the first results: their headings, and grey lines in place of answers. */
export function skeleton(): HTMLElement[] {
  return (Object.keys(LINES) as (keyof typeof LINES)[]).map((name) => {
    const [heading, note] = HEADINGS[name];
    const lines = Array.from({ length: LINES[name] }, () => el("span", { class: "ghost" }));
    return el(
      "div",
      { class: "section", "aria-hidden": "true" },
      el("div", { class: "section-head" }, el("p", { class: "heading" }, heading), el("p", {}, note)),
      el("div", { class: "section-body" }, ...lines),
    );
  });
}
