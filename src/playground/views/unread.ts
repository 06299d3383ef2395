import { el } from "../dom.ts";

/** A stretch of a tweet that the model has not read; nothing where there is none. */
export function unread(text: string): Node[] {
  if (text.trim() === "") return [];
  return [el("span", { class: "unread" }, el("span", { class: "visually-hidden" }, " Not read from here: "), text)];
}
