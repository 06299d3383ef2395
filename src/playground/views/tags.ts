import type { TaggedWord } from "../answers.ts";
import { el } from "../dom.ts";
import { percent } from "../numbers.ts";
import { FAMILIES, type Family } from "../tag-sets/families.ts";
import { familyOf, meaningOf } from "../tag-sets/meanings.ts";

/** The words with their tags below them, and a legend for the colours. */
export function tags(words: readonly TaggedWord[], scheme: string | undefined): HTMLElement {
  const present = new Set<Family>();
  const items = words.map(({ text, tag, score }) => {
    const family = familyOf(scheme, tag);
    present.add(family);
    return el(
      "li",
      { class: `word family-${family}`, title: `${meaningOf(scheme, tag) ?? tag}, ${percent(score)}` },
      el("span", { dir: "auto" }, text),
      el("span", { class: "tag" }, tag),
    );
  });
  const legend = (Object.keys(FAMILIES) as Family[])
    .filter((family) => present.has(family))
    .map((family) => el("li", { class: `family-${family}` }, FAMILIES[family]));
  return el(
    "div",
    {},
    el("ol", { class: "gloss" }, ...items),
    el("ul", { class: "legend", "aria-label": "Colours" }, ...legend),
  );
}
