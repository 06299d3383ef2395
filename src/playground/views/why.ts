import type { ExplainedWord, Explanation } from "../answers.ts";
import { button, el, section } from "../dom.ts";
import { present } from "../labels.ts";
import { percent, points } from "../numbers.ts";
import { cutAtSpans } from "../spans.ts";
import { HEADINGS } from "./headings.ts";
import { problemNotice } from "./problem.ts";

/** Words that change the probability by less are not shaded, because two tenths of a percent are noise. */
const LEAST_EFFECT = 0.002;

/**
 * Shows the tweet with shaded words: those that contribute to a task's label. An explanation needs a pass of the encoder for each word,
 * so the page requests it only when the user asks for it.
 *
 * @param explain asks the service. If it fails, the page shows the problem instead of the words
 */
export function why(
  text: string,
  tasks: readonly string[],
  explain: (task: string) => Promise<Explanation>,
): HTMLElement {
  const place = el("div", { class: "why", "aria-live": "polite" });
  let wanted = "";
  const buttons = tasks.map((task) => button(task, () => void show(task), { "aria-pressed": "false" }));

  async function show(task: string): Promise<void> {
    wanted = task;
    for (const each of buttons) each.ariaPressed = String(each.textContent === task);
    place.replaceChildren(el("p", { class: "none" }, "Working…"));
    const shown = await explain(task).then(
      (explanation) => shaded(text, task, explanation),
      (error: unknown) => problemNotice(error),
    );
    if (wanted === task) place.replaceChildren(shown);
  }
  return section(...HEADINGS.why, [el("div", { class: "why-tasks" }, ...buttons)], place);
}

function shaded(text: string, task: string, { label, score, words }: Explanation): HTMLElement {
  const largest = Math.max(LEAST_EFFECT, ...words.map(({ effect }) => Math.abs(effect)));
  const stretches = cutAtSpans(text, words).map(({ text, about }) => (about ? shade(text, about, largest) : text));
  const named = present(task, label).words;
  return el(
    "div",
    {},
    el("p", { class: "tweet", dir: "auto" }, ...stretches),
    el(
      "p",
      { class: "none" },
      `The probability of “${named}” is ${percent(score)}. Shaded words speak for it, words with a dashed line against it. `,
      "The number is how much the probability falls when the word is masked.",
    ),
  );
}

function shade(text: string, { effect }: ExplainedWord, largest: number): HTMLElement | string {
  if (Math.abs(effect) < LEAST_EFFECT) return text;
  const made = el(
    "mark",
    { class: effect > 0 ? "speaks-for" : "speaks-against" },
    text,
    el("small", {}, points(effect)),
  );
  made.style.setProperty("--strength", (Math.abs(effect) / largest).toFixed(3)); // set with CSSOM, see card.ts
  return made;
}
