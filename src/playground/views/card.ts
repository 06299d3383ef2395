import type { Scored } from "../answers.ts";
import { el } from "../dom.ts";
import type { Presented } from "../labels.ts";
import { percent } from "../numbers.ts";

/** A card with more labels than this shows the first; the sum of the rest stands in one line. */
const LABELS_SHOWN = 4;

/** A label with more characters than this is set smaller at the head of its card. */
const LONG_LABEL = 14;

/**
 * A card: its name, the first of the scored labels, and a bar for each. `data-task` has the name; `description` is shown where
 * the pointer rests on it.
 */
export function card(
  name: string,
  description: string,
  scores: readonly Scored[],
  present: (label: string) => Presented,
): HTMLElement {
  const shown = scores.length > LABELS_SHOWN + 1 ? scores.slice(0, LABELS_SHOWN) : scores;
  const rest = scores.slice(shown.length);
  const bars = shown.map(({ label, score }) => bar(present(label), score, percent(score)));
  if (rest.length > 0) bars.push(remainder(rest));
  const first = present(scores[0]?.label ?? "");
  const long = first.words.length > LONG_LABEL ? " long" : "";
  return el(
    "li",
    { class: "verdict", "data-task": name },
    el("h3", { title: description }, name),
    el("p", { class: `verdict-label ${first.tone}${long}` }, ...named(first)),
    el("ol", { class: "bars" }, ...bars),
  );
}

/** A label, a number beside it and a bar below, whose length is `share`, 0 to 1. */
export function bar(label: Presented, share: number, number: string): HTMLElement {
  const track = el("span", { class: "track", "aria-hidden": "true" });
  track.style.setProperty("--share", Math.max(0, share).toFixed(4)); // by CSSOM: the page's policy forbids style attributes
  return el(
    "li",
    { class: `bar ${label.tone}` },
    el("span", {}, ...named(label)),
    el("span", { class: "share" }, number),
    track,
  );
}

function remainder(rest: readonly Scored[]): HTMLElement {
  const sum = rest.reduce((total, { score }) => total + score, 0);
  return el(
    "li",
    { class: "bar rest" },
    el("span", {}, `${rest.length} others`),
    el("span", { class: "share" }, percent(sum)),
  );
}

/** The label's words, behind the emoji that they name. */
function named({ words, emoji }: Presented): (Node | string)[] {
  return emoji ? [el("span", { class: "emoji", "aria-hidden": "true" }, emoji), words] : [words];
}
