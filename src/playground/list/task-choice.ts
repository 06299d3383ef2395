import { el } from "../dom.ts";
import type { Tasks } from "../tasks.ts";

/** The task that is checked at first. */
const USUAL = "sentiment";

/** A check box for each classification task, with its description. */
export function taskBoxes({ classification }: Tasks): HTMLElement[] {
  return classification.map(({ name, description }) => {
    const box = el("input", { type: "checkbox", value: name });
    box.checked = name === USUAL;
    return el("label", { title: description }, box, el("span", {}, name));
  });
}

/** The names of the tasks whose boxes are checked. */
export function chosenTasks(boxes: HTMLElement): string[] {
  return [...boxes.querySelectorAll<HTMLInputElement>("input:checked")].map(({ value }) => value);
}
