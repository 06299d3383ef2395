import { byId, replaceContent } from "../dom.ts";
import { toCsv } from "../list/csv.ts";
import { takeFiles } from "../list/drop.ts";
import { type LabelledLine, labelLines } from "../list/label-lines.ts";
import { counted, faultOf, readLines, type TextLine } from "../list/lines.ts";
import { saveFile } from "../list/save.ts";
import { chosenTasks, taskBoxes } from "../list/task-choice.ts";
import { whenTypingRests } from "../rest.ts";
import type { Asking, Refusal } from "../service.ts";
import type { Session } from "../session.ts";
import { linkTo } from "../share.ts";
import { labelledSections } from "../views/labelled.ts";
import { problemNotice } from "../views/problem.ts";
import type { Panel } from "./panel.ts";

/** The panel that labels a list of tweets and saves the labels as a file. */
export function listPanel(session: Session): Panel {
  const field = byId("lines", HTMLTextAreaElement);
  const status = byId("list-status", HTMLElement);
  const boxes = byId("list-tasks", HTMLElement);
  const start = byId("list-start", HTMLButtonElement);
  const cancel = byId("list-cancel", HTMLButtonElement);
  const progress = byId("list-progress", HTMLProgressElement);
  const problem = byId("list-problem", HTMLElement);
  const results = byId("list-results", HTMLElement);
  let running = new AbortController();

  /** Shows what the list contains, and enables labelling if it is possible. */
  function check(): void {
    const lines = readLines(field.value);
    const fault = faultOf(lines);
    field.ariaInvalid = String(fault !== undefined);
    status.textContent = fault ?? (lines.length === 0 ? "No lines yet" : linesOf(lines.length));
    start.disabled = fault !== undefined || lines.length === 0 || chosenTasks(boxes).length === 0;
  }

  function newAsking(): Asking {
    running.abort();
    running = new AbortController();
    const waits = (refusal: Refusal) => problem.replaceChildren(problemNotice(refusal, true));
    return { key: session.key(), signal: running.signal, waits };
  }

  function show(labelled: LabelledLine[], tasks: string[]): void {
    const save = () => saveFile("labelled.csv", toCsv(labelled, tasks), "text/csv;charset=utf-8");
    replaceContent(results, ...labelledSections(labelled, tasks, save));
  }

  async function label(lines: TextLine[], tasks: string[]): Promise<void> {
    const labelled: LabelledLine[] = [];
    const asking = newAsking();
    isRunning(true);
    problem.replaceChildren();
    results.replaceChildren();
    progress.max = lines.length;
    progress.value = 0;
    try {
      for await (const some of labelLines(lines, tasks, asking)) {
        labelled.push(...some);
        problem.replaceChildren();
        progress.value = labelled.length;
        status.textContent = `${counted(labelled.length)} of ${linesOf(lines.length)} labelled`;
        show(labelled, tasks);
      }
    } catch (error) {
      status.textContent = `Stopped after ${counted(labelled.length)} of ${linesOf(lines.length)}`;
      if (asking.signal.aborted) problem.replaceChildren();
      else {
        session.wantKeyFor(error);
        problem.replaceChildren(problemNotice(error));
      }
    }
    isRunning(false);
  }

  function isRunning(whether: boolean): void {
    field.readOnly = whether;
    start.hidden = whether;
    cancel.hidden = !whether;
    (whether ? cancel : start).focus();
  }

  async function offerTasks(): Promise<void> {
    try {
      boxes.replaceChildren(...taskBoxes(await session.tasks(newAsking())));
      problem.replaceChildren();
    } catch (error) {
      session.wantKeyFor(error);
      problem.replaceChildren(problemNotice(error));
    }
    check();
  }

  whenTypingRests([field], check);
  boxes.addEventListener("change", check);
  start.addEventListener("click", () => label(readLines(field.value), chosenTasks(boxes)));
  cancel.addEventListener("click", () => running.abort());
  byId("list-clear", HTMLButtonElement).addEventListener("click", () => {
    running.abort();
    field.value = "";
    results.replaceChildren();
    check();
    field.focus();
  });
  takeFiles(field, byId("list-file", HTMLInputElement), check, (why) => {
    status.textContent = why;
  });

  return {
    open() {
      history.replaceState(null, "", linkTo(location.pathname, { view: "list" }));
      if (!boxes.hasChildNodes()) offerTasks();
    },
    again: offerTasks,
  };
}

function linesOf(count: number): string {
  return count === 1 ? "1 line" : `${counted(count)} lines`;
}
