import type { Tokenization } from "../answers.ts";
import { el, section } from "../dom.ts";
import { HEADINGS } from "./headings.ts";

const SPECIAL = /^<.+>$/;

/**
 * The model's input: the normalized text, the rewrites, and the word pieces. The model read the first `used` pieces.
 */
export function reading(text: string, read: Tokenization, used: number): HTMLElement {
  const { normalized, rewrites, pieces } = read;
  return section(
    ...HEADINGS.reads,
    [],
    el("h3", {}, "Normalized"),
    el("p", { class: "normalized", dir: "auto" }, normalized),
    ...(rewrites.length > 0 ? [rewriteList(rewrites)] : []),
    el("h3", {}, "Pieces"),
    el("ol", { class: "pieces" }, ...pieces.map((_, index) => piece(text, read, index, used))),
    el("p", { class: "none" }, counts(read)),
  );
}

function counts({ pieces, unknown, unknown_emoji }: Tokenization): string {
  const counted = [`${pieces.length} pieces`];
  if (unknown > 0) counted.push(`${unknown} unknown to the vocabulary`);
  if (unknown_emoji.length > 0) counted.push(`emoji without a name: ${unknown_emoji.join(" ")}`);
  return counted.join(" · ");
}

function rewriteList(rewrites: Tokenization["rewrites"]): HTMLElement {
  const items = rewrites.map(({ kind, from, to }) =>
    el(
      "li",
      {},
      el("span", { class: "kind" }, kind),
      el("del", {}, from),
      el("span", { "aria-hidden": "true" }, "→"),
      el("ins", {}, to),
    ),
  );
  return el("ul", { class: "rewrites", "aria-label": "Rewrites" }, ...items);
}

/** A piece with its id below it. If a piece ends in `@@`, the next piece belongs to the same word. */
function piece(text: string, { pieces, ids, offsets }: Tokenization, index: number, used: number): HTMLElement {
  const whole = pieces[index] ?? "";
  const goesOn = whole.endsWith("@@");
  const isUnread = index >= used - 1 && index < pieces.length - 1; // a truncated text keeps its last piece, </s>
  const classes = ["piece"];
  if (goesOn) classes.push("goes-on");
  if (SPECIAL.test(whole)) classes.push(whole === "<unk>" ? "unknown" : "special");
  if (isUnread) classes.push("unread");
  const [start = 0, end = 0] = offsets[index] ?? [];
  const title = start === end ? "" : `“${text.slice(start, end)}”, ${start} to ${end}`;
  const shown = goesOn ? [whole.slice(0, -2), el("span", { class: "joint" }, "@@")] : [whole];
  return el(
    "li",
    { class: classes.join(" "), title },
    el("span", {}, ...shown),
    el("span", { class: "id" }, String(ids[index])),
  );
}
