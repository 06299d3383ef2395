import type { Classification } from "../answers.ts";
import { el, section } from "../dom.ts";
import { present } from "../labels.ts";
import type { ClassificationTask } from "../tasks.ts";
import { card } from "./card.ts";
import { HEADINGS } from "./headings.ts";

/** One card for each classification task: its most likely label, and a bar for each label. */
export function verdicts(tasks: ClassificationTask[], results: Map<string, Classification>): HTMLElement {
  const cards = tasks.flatMap(({ name, description }) => {
    const result = results.get(name);
    return result ? [card(name, description, result.scores, (label) => present(name, label))] : [];
  });
  return section(...HEADINGS.says, [], el("ul", { class: "verdicts" }, ...cards));
}
