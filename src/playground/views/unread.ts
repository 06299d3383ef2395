import { el } from "../dom.ts";

/** The part of a tweet that the model has not read; empty if it has read everything. */
export function unread(text: string): Node[] {
  if (text.trim() === "") return [];
  return [el("span", { class: "unread" }, el("span", { class: "visually-hidden" }, " Not read from here: "), text)];
}
