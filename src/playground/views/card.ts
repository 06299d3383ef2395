import type { Scored } from "../answers.ts";
import { el } from "../dom.ts";
import type { Presented } from "../labels.ts";
import { percent } from "../numbers.ts";

/** A card shows at most this many labels, and one line with the sum of the others. */
const LABELS_SHOWN = 4;

/** Longer labels are shown in smaller type at the top of their card. */
const LONG_LABEL = 14;

/**
 * A card: its name, the first of the scored labels, and a bar for each label. `data-task` has the name. `description` is the tooltip.
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

/** A label with a number beside it, and a bar of length `share` (0 to 1) below it. */
export function bar(label: Presented, share: number, number: string): HTMLElement {
  const track = el("span", { class: "track", "aria-hidden": "true" });
  track.style.setProperty("--share", Math.max(0, share).toFixed(4)); // set with CSSOM, because the page's Content-Security-Policy forbids style attributes
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

/** The label's words, after the emoji that they name. */
function named({ words, emoji }: Presented): (Node | string)[] {
  return emoji ? [el("span", { class: "emoji", "aria-hidden": "true" }, emoji), words] : [words];
}
