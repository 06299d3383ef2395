import { copyButton } from "../copy.ts";
import { el, section } from "../dom.ts";
import type { Exchange } from "../exchange.ts";

/** How long the answers took, where they came from, and the command that asks the same. */
export function request(exchanges: Exchange[], curl: string): HTMLElement {
  const head = ["Request", "Round trip", "In the Worker", "Cache"].map((name) => el("th", { scope: "col" }, name));
  const rows = exchanges.map(({ path, roundTrip, steps, cache }) =>
    el(
      "tr",
      {},
      el("th", { scope: "row" }, path.split("?")[0] ?? path),
      el("td", {}, milliseconds(roundTrip)),
      el(
        "td",
        {},
        ...(steps.length > 0
          ? steps.map(({ name, duration }) => el("span", {}, `${name} ${milliseconds(duration)}`))
          : ["not said"]),
      ),
      el("td", { class: cache === "hit" ? "hit" : "" }, cache),
    ),
  );
  return section(
    "How it got here",
    "What one question costs, and how to ask it from a shell.",
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

export function milliseconds(duration: number): string {
  return `${duration < 10 ? duration.toFixed(1) : Math.round(duration)}\u2009ms`;
}
