import type { Classification, Scored } from "../answers.ts";
import { el, section } from "../dom.ts";
import type { Tasks } from "../tasks.ts";

/** A task with more labels than this shows its likeliest; the sum of the rest stands in one line. */
const LABELS_SHOWN = 4;

/** A label with more characters than this is set smaller at the head of its card. */
const LONG_LABEL = 14;

/** The label's colour where its word has a tone; any other label has the accent's. */
const TONES: Record<string, string> = {
  positive: "good",
  negative: "bad",
  neutral: "calm",
  anger: "bad",
  joy: "good",
  optimism: "warm",
  sadness: "sad",
  hate: "bad",
  offensive: "bad",
  irony: "warm",
  "not-hate": "calm",
  "not-offensive": "calm",
  non_irony: "calm",
};

/** What most want to see first; whatever else the model has follows in the manifest's order. */
const FIRST = ["sentiment", "emotion", "irony"];

/** One card a classification task: what it says, and a bar a label. */
export function verdicts(tasks: Tasks["classification"], results: Map<string, Classification>): HTMLElement {
  const order = ({ name }: { name: string }) => (FIRST.includes(name) ? FIRST.indexOf(name) : FIRST.length);
  const ordered = tasks.toSorted((a, b) => order(a) - order(b));
  const cards = ordered.flatMap(({ name, description }) => {
    const result = results.get(name);
    return result ? [card(name, description, result)] : [];
  });
  return section(
    "What it says",
    "The likeliest label of each task, and the others beside it.",
    [],
    el("ul", { class: "verdicts" }, ...cards),
  );
}

function card(name: string, description: string, { label, scores }: Classification): HTMLElement {
  const shown = scores.length > LABELS_SHOWN + 1 ? scores.slice(0, LABELS_SHOWN) : scores;
  const rest = scores.slice(shown.length);
  const bars = shown.map(bar);
  if (rest.length > 0) bars.push(remainder(rest));
  return el(
    "li",
    { class: "verdict", "data-task": name },
    el("h3", { title: description }, name),
    el("p", { class: `verdict-label tone-${toneOf(label)}${label.length > LONG_LABEL ? " long" : ""}` }, words(label)),
    el("ol", { class: "bars" }, ...bars),
  );
}

function bar({ label, score }: Scored): HTMLElement {
  const track = el("span", { class: "track", "aria-hidden": "true" });
  track.style.setProperty("--share", score.toFixed(4)); // by CSSOM: the page's policy forbids style attributes
  return el(
    "li",
    { class: `bar tone-${toneOf(label)}` },
    el("span", {}, words(label)),
    el("span", { class: "share" }, percent(score)),
    track,
  );
}

function remainder(rest: Scored[]): HTMLElement {
  const sum = rest.reduce((total, { score }) => total + score, 0);
  return el(
    "li",
    { class: "bar rest" },
    el("span", {}, `${rest.length} others`),
    el("span", { class: "share" }, percent(sum)),
  );
}

function toneOf(label: string): string {
  return TONES[label] ?? "accent";
}

function words(label: string): string {
  return label.replaceAll(/[_-]/g, " ").trim();
}

function percent(score: number): string {
  return `${(100 * score).toFixed(1)}\u2009%`;
}
