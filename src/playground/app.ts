import { rememberKey } from "./access-key.ts";
import { copyOnClick } from "./copy.ts";
import { byId, el } from "./dom.ts";
import { EXAMPLES } from "./examples.ts";
import { askAbout, askTasks } from "./questions.ts";
import { Refusal } from "./service.ts";
import { linkTo, textOf } from "./share.ts";
import type { Tasks } from "./tasks.ts";
import { findingsSections, summary } from "./views/findings.ts";
import { problemNotice } from "./views/problem.ts";

/** How long typing must rest before the service is asked. */
const REST_MS = 250;

const text = byId("text", HTMLTextAreaElement);
const status = byId("status", HTMLElement);
const problem = byId("problem", HTMLElement);
const results = byId("results", HTMLElement);
const access = byId("access", HTMLDetailsElement);

const schemes = new Map<string, string>();
let tasks: Tasks | undefined;
let current = new AbortController();
let resting: ReturnType<typeof setTimeout> | undefined;

const key = rememberKey(byId("key", HTMLInputElement), () => {
  tasks = undefined; // another key may be let in where none was
  ask();
});

/** Asks about the text as it stands, in place of whatever was asked before. */
async function ask(): Promise<void> {
  clearTimeout(resting);
  current.abort();
  current = new AbortController();
  const asking = { key: key(), signal: current.signal };
  const asked = text.value;
  history.replaceState(null, "", asked.trim() === "" ? location.pathname : linkTo(location.pathname, asked));
  if (asked.trim() === "") return showNothing();
  results.ariaBusy = "true";
  try {
    tasks ??= await askTasks(asking);
    const findings = await askAbout(asked, tasks, schemes, asking);
    asking.signal.throwIfAborted();
    const focused = document.activeElement?.id;
    problem.replaceChildren();
    results.replaceChildren(...findingsSections(findings, { schemes, choose, hasKey: asking.key !== "" }));
    status.textContent = summary(findings);
    if (focused) document.getElementById(focused)?.focus(); // a tag set's button was replaced by its like
  } catch (error) {
    if (asking.signal.aborted) return;
    showProblem(error);
  }
  results.ariaBusy = "false";
}

function choose(task: string, scheme: string): void {
  schemes.set(task, scheme);
  ask();
}

function showNothing(): void {
  problem.replaceChildren();
  results.replaceChildren();
  results.ariaBusy = "false";
  status.textContent = "Nothing to read yet";
}

function showProblem(error: unknown): void {
  if (error instanceof Refusal && error.problem.status === 401) access.open = true;
  problem.replaceChildren(problemNotice(error));
  results.replaceChildren();
  status.textContent = "No answer";
}

function put(value: string): void {
  text.value = value;
  ask();
}

text.addEventListener("input", () => {
  clearTimeout(resting);
  resting = setTimeout(ask, REST_MS);
});
byId("clear", HTMLButtonElement).addEventListener("click", () => {
  put("");
  text.focus();
});
copyOnClick(byId("share", HTMLButtonElement), () => linkTo(location.origin + location.pathname, text.value));
for (const { name, text: example } of EXAMPLES) {
  const button = el("button", { type: "button", title: example }, name);
  button.addEventListener("click", () => put(example));
  byId("examples", HTMLElement).append(el("li", {}, button));
}
addEventListener("hashchange", () => put(textOf(location.hash) ?? ""));

put(textOf(location.hash) ?? EXAMPLES[0].text);
