/** Makes an element. Strings become text nodes, so HTML in a tweet is shown as text. */
export function el<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes: Readonly<Record<string, string>> = {},
  ...children: (Node | string)[]
): HTMLElementTagNameMap[Tag] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

/** Makes a button. */
export function button(name: string, pressed: () => void, attributes: Record<string, string> = {}): HTMLButtonElement {
  const made = el("button", { type: "button", ...attributes }, name);
  made.addEventListener("click", pressed);
  return made;
}

/**
 * The page's element with this id.
 *
 * @throws Error if the page has no such element of this kind
 */
export function byId<T extends HTMLElement>(id: string, kind: new () => T): T {
  const element = document.getElementById(id);
  if (!(element instanceof kind)) throw new Error(`the page has no ${kind.name} #${id}`);
  return element;
}

/** A section of the results. `aside` is shown under the heading, such as a choice of what to show. */
export function section(heading: string, note: string, aside: Node[], ...content: (Node | string)[]): HTMLElement {
  const head = el("div", { class: "section-head" }, el("h2", {}, heading), el("p", {}, note), ...aside);
  return el("section", { class: "section" }, head, el("div", { class: "section-body" }, ...content));
}

/** Replaces the content of an element. Keeps focus and expanded elements if the new content has the same ids. */
export function replaceContent(place: HTMLElement, ...content: Node[]): void {
  const focused = document.activeElement?.id;
  const unfolded = [...place.querySelectorAll("details[open]")].map(({ id }) => id);
  place.replaceChildren(...content);
  for (const id of unfolded) document.getElementById(id)?.setAttribute("open", "");
  if (focused) document.getElementById(focused)?.focus();
}
