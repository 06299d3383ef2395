import type { Entity } from "../answers.ts";
import { el } from "../dom.ts";
import { percent } from "../numbers.ts";
import { cutAtSpans } from "../spans.ts";
import { ENTITIES } from "../tag-sets/entities.ts";
import { unread } from "./unread.ts";

/** The tweet as sent, with its entities marked. The part after `readTo`, which the model has not read, is grey. */
export function entities(text: string, found: readonly Entity[], readTo: number): HTMLElement {
  const stretches = cutAtSpans(text.slice(0, readTo), found).map(({ text, about }) =>
    about ? mark(text, about) : text,
  );
  const tweet = el("p", { class: "tweet", dir: "auto" }, ...stretches, ...unread(text.slice(readTo)));
  return found.length > 0 ? tweet : el("div", {}, tweet, el("p", { class: "none" }, "No entity found."));
}

function mark(text: string, { label, score }: Entity): HTMLElement {
  const [kind, meaning] = ENTITIES[label] ?? ["other", label];
  const title = `${meaning}, ${percent(score)}`;
  return el("mark", { class: `entity entity-${kind}`, title }, text, el("small", {}, label));
}
