import { el } from "../dom.ts";
import { meaningOf } from "../tag-sets/meanings.ts";
import type { TagSet } from "../tasks.ts";

/** Radio buttons for a task's tag sets if it has several, a description of the chosen one, and the meaning of its tags. */
export function tagSetChoice(task: string, sets: TagSet[], chosen: TagSet, choose: (scheme: string) => void): Node[] {
  const explained = [el("p", { class: "set-description" }, `${chosen.description}.`), glossary(task, chosen)];
  return sets.length < 2 ? explained : [radios(task, sets, chosen, choose), ...explained];
}

function radios(task: string, sets: TagSet[], chosen: TagSet, choose: (scheme: string) => void): HTMLElement {
  const options = sets.flatMap((set) => {
    const { scheme, description } = set;
    if (scheme === undefined) return [];
    const input = el("input", { type: "radio", name: `scheme-${task}`, value: scheme, id: `${task}-${scheme}` });
    input.checked = set === chosen;
    input.addEventListener("change", () => choose(scheme));
    return [el("label", { title: description }, input, el("span", {}, scheme))];
  });
  return el("fieldset", { class: "schemes" }, el("legend", {}, "Tag set"), ...options);
}

function glossary(task: string, { scheme, tags }: TagSet): HTMLElement {
  const entries = tags.flatMap((tag) => [
    el("dt", {}, tag),
    el("dd", {}, meaningOf(scheme, tag) ?? "see the model's manifest"),
  ]);
  return el(
    "details",
    { class: "glossary", id: `${task}-glossary` },
    el("summary", {}, `What the ${tags.length} tags mean`),
    el("dl", {}, ...entries),
  );
}
