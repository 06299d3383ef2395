import type { Entity } from "../answers.ts";
import { el } from "../dom.ts";
import { cutAtSpans } from "../spans.ts";

/** The colour of a label, over the tag sets: WNUT16's ten, WNUT17's six, Tweebank's four. */
const KINDS: Record<string, string> = {
  person: "person",
  per: "person",
  loc: "place",
  location: "place",
  "geo-loc": "place",
  facility: "place",
  org: "organization",
  company: "organization",
  corporation: "organization",
  group: "organization",
  sportsteam: "organization",
  "creative-work": "work",
  movie: "work",
  musicartist: "work",
  tvshow: "work",
  product: "work",
};

/** The tweet as sent, its entities marked. */
export function entities(text: string, found: readonly Entity[]): HTMLElement {
  const stretches = cutAtSpans(text, found).map(({ text, about }) => (about ? mark(text, about) : text));
  const tweet = el("p", { class: "tweet", dir: "auto" }, ...stretches);
  return found.length > 0 ? tweet : el("div", {}, tweet, el("p", { class: "none" }, "No entity found."));
}

function mark(text: string, { label, score }: Entity): HTMLElement {
  const kind = KINDS[label.toLowerCase()] ?? "other";
  const title = `${label}, ${(100 * score).toFixed(1)} %`;
  return el("mark", { class: `entity entity-${kind}`, title }, text, el("small", {}, label));
}
