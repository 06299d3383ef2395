import { el } from "../dom.ts";
import { Refusal } from "../service.ts";

/** What went wrong, as the service said it, or that nobody answered. */
export function problemNotice(error: unknown): HTMLElement {
  if (!(error instanceof Refusal)) {
    return el("div", { class: "problem" }, el("h2", {}, "The service did not answer"), el("p", {}, String(error)));
  }
  const { problem, retryAfter } = error;
  const { title, detail, status, type, errors = [] } = problem;
  const parts: (Node | string)[] = [el("h2", {}, title)];
  if (detail) parts.push(el("p", {}, detail));
  if (errors.length > 0) {
    parts.push(
      el("ul", {}, ...errors.map(({ pointer, detail }) => el("li", {}, el("code", {}, pointer || "/"), ` ${detail}`))),
    );
  }
  if (status === 401) parts.push(el("p", {}, "Put your access key into the field above."));
  if (retryAfter) parts.push(el("p", {}, `Try again after ${retryAfter}${/^\d+$/.test(retryAfter) ? " s" : ""}.`));
  parts.push(el("p", { class: "problem-type" }, `${status} ${type}`));
  return el("div", { class: "problem" }, ...parts);
}
