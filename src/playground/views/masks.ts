import type { Filled, Mask } from "../answers.ts";
import { el, section } from "../dom.ts";
import { presentWord } from "../labels.ts";
import { Refusal } from "../service.ts";
import { card } from "./card.ts";
import { HEADINGS } from "./headings.ts";
import { problemNotice } from "./problem.ts";

/** The predictions for each mask, or why the service did not fill them. */
export function masks(filled: Filled | Refusal): HTMLElement {
  const content =
    filled instanceof Refusal
      ? problemNotice(filled)
      : el("ul", { class: "verdicts masks" }, ...filled.masks.map(mask));
  return section(...HEADINGS.missing, [], content);
}

function mask({ predictions }: Mask, index: number): HTMLElement {
  const scores = predictions.map(({ token, score }) => ({ label: token, score }));
  return card(`mask ${index + 1}`, "The words that fit here", scores, presentWord);
}
