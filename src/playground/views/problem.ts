import { el } from "../dom.ts";
import { Refusal } from "../service.ts";

/** Shows the service's problem, or that the service can't be reached. `willRetry`: the page will retry by itself. */
export function problemNotice(error: unknown, willRetry = false): HTMLElement {
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
  if (status === 401) parts.push(el("p", {}, "Enter your access key in the field at the top."));
  if (retryAfter !== undefined) {
    const seconds = Math.ceil(retryAfter / 1_000);
    parts.push(el("p", {}, willRetry ? `The page retries in ${seconds} s.` : `Try again after ${seconds} s.`));
  }
  parts.push(el("p", { class: "problem-type" }, `${status} ${type}`));
  return el("div", { class: "problem" }, ...parts);
}
