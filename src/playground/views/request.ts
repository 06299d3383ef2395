import { copyButton } from "../copy.ts";
import { el, section } from "../dom.ts";
import type { Exchange } from "../exchange.ts";
import { milliseconds } from "../numbers.ts";
import { HEADINGS } from "./headings.ts";

/** The time of each request, the state of the cache, and a curl command for the same request. */
export function request(exchanges: Exchange[], curl: string): HTMLElement {
  const head = ["Request", "Round trip", "In the Worker", "Cache"].map((name) => el("th", { scope: "col" }, name));
  const rows = exchanges.map(({ route, roundTrip, steps, cache }) =>
    el(
      "tr",
      {},
      el("th", { scope: "row" }, route),
      el("td", {}, milliseconds(roundTrip)),
      el(
        "td",
        {},
        ...(steps.length > 0
          ? steps.map(({ name, duration }) => el("span", {}, `${name} ${milliseconds(duration)}`))
          : ["unknown"]),
      ),
      el("td", { class: cache === "hit" ? "hit" : "" }, cache),
    ),
  );
  return section(
    ...HEADINGS.cost,
    [],
    el("table", { class: "exchanges" }, el("thead", {}, el("tr", {}, ...head)), el("tbody", {}, ...rows)),
    el(
      "div",
      { class: "command" },
      el("pre", { tabindex: "0", "aria-label": "Command" }, el("code", {}, curl)),
      copyButton("Copy", () => curl),
    ),
  );
}
