import { button, el, section } from "../dom.ts";
import { type Presented, present } from "../labels.ts";
import { looksForeign } from "../language/looks-foreign.ts";
import type { LabelledLine } from "../list/label-lines.ts";
import { counted } from "../list/lines.ts";
import { percent } from "../numbers.ts";
import { card } from "./card.ts";

/** Maximum number of lines that are shown. The saved file has all lines. */
const LINES_SHOWN = 100;

/** The labels of all lines together and of each line. `save` saves all of them. */
export function labelledSections(lines: readonly LabelledLine[], tasks: string[], save: () => void): HTMLElement[] {
  const cards = tasks.map((task, index) =>
    card(task, "Share of the lines", sharesOf(lines, index), (label) => present(task, label)),
  );
  return [
    section(
      "Labels of all lines",
      `The most likely label of each line, as shares of ${counted(lines.length)} lines.`,
      [],
      el("ul", { class: "verdicts" }, ...cards),
    ),
    section(
      "Each line",
      "The CSV file has every line with its scores, and the number of tokens that were read.",
      [button("Save as CSV", save, { id: "save", class: "aside" })],
      table(lines.slice(0, LINES_SHOWN), tasks),
      el("p", { class: "none" }, ...remarks(lines)),
    ),
  ];
}

/** How often each label is the most likely one, most frequent first. */
function sharesOf(lines: readonly LabelledLine[], task: number) {
  const counts = new Map<string, number>();
  for (const { labels } of lines) {
    const label = labels[task]?.label ?? "";
    counts.set(label, (counts.get(label) ?? 0) + 1);
  }
  return [...counts]
    .map(([label, count]) => ({ label, score: count / lines.length }))
    .toSorted((a, b) => b.score - a.score);
}

function table(lines: readonly LabelledLine[], tasks: readonly string[]): HTMLElement {
  const head = ["Line", "Tweet", ...tasks].map((name) => el("th", { scope: "col" }, name));
  const rows = lines.map(({ number, text, labels }) =>
    el(
      "tr",
      {},
      el("th", { scope: "row" }, String(number)),
      el("td", { dir: "auto" }, text),
      ...labels.map(({ label, score }, index) => cell(present(tasks[index] ?? "", label), score)),
    ),
  );
  return el(
    "div",
    { class: "table-scroll", tabindex: "0", role: "region", "aria-label": "Labelled lines" },
    el("table", { class: "lines" }, el("thead", {}, el("tr", {}, ...head)), el("tbody", {}, ...rows)),
  );
}

function cell({ words, emoji }: Presented, score: number): HTMLElement {
  return el("td", {}, emoji ? `${emoji} ${words} ` : `${words} `, el("small", {}, percent(score)));
}

function remarks(lines: readonly LabelledLine[]): string[] {
  const said: string[] = [];
  if (lines.length > LINES_SHOWN) said.push(`The first ${LINES_SHOWN} of ${counted(lines.length)} lines. `);
  const cut = lines.filter(({ tokens }) => tokens.used < tokens.total).length;
  if (cut > 0) said.push(`${counted(cut)} were too long for the model. It did not read their ends. `);
  const foreign = lines.filter(({ text }) => looksForeign(text)).length;
  if (foreign > 0) said.push(`${counted(foreign)} do not look like English. The model reads English only.`);
  return said;
}
