import { el } from "../dom.ts";

/** Radio buttons for a task's tag sets; nothing where there is no choice. */
export function schemeChoice(
  task: string,
  schemes: string[],
  chosen: string | undefined,
  choose: (scheme: string) => void,
): Node[] {
  if (schemes.length < 2) return [];
  const options = schemes.map((scheme) => {
    const input = el("input", { type: "radio", name: `scheme-${task}`, value: scheme, id: `${task}-${scheme}` });
    input.checked = scheme === chosen;
    input.addEventListener("change", () => choose(scheme));
    return el("label", {}, input, el("span", {}, scheme));
  });
  return [el("fieldset", { class: "schemes" }, el("legend", {}, "Tag set"), ...options)];
}
