import type { Job, JobList } from "../http/schemas/job.ts";
import { readProblem } from "../read-problem.ts";
import { rememberKey } from "./access-key.ts";
import { button, byId, el, replaceContent } from "./dom.ts";

/** Time between two looks at a job that is running. */
const LOOK_EVERY_MS = 1_000;

const problem = byId("problem", HTMLElement);
const place = byId("job", HTMLElement);
const list = byId("list", HTMLUListElement);
const keyOf = rememberKey(byId("key", HTMLInputElement), () => void begin());
let looking: ReturnType<typeof setTimeout> | undefined;

const count = (number: number) => number.toLocaleString("en");
const isOver = ({ state }: Job) => state !== "indexing" && state !== "running";
const chosen = () => decodeURIComponent(location.hash.slice(1));

/** @returns undefined after a problem, which is shown */
async function ask<T>(path: string, method = "GET"): Promise<T | undefined> {
  const key = keyOf();
  const headers = new Headers(key === "" ? {} : { Authorization: `Bearer ${key}` });
  try {
    const response = await fetch(`/v1/jobs${path}`, { method, headers, cache: "no-store" });
    if (response.ok) {
      problem.textContent = "";
      return (await response.json()) as T;
    }
    const { status, title, detail = "" } = await readProblem(response);
    problem.textContent = `${status} ${title}. ${detail}`;
  } catch (error) {
    if (!(error instanceof TypeError)) throw error; // fetch throws it when there is no connection
    problem.textContent = "The service can't be reached.";
  }
  return undefined;
}

async function begin(): Promise<void> {
  clearTimeout(looking);
  const page = await ask<JobList>("");
  if (!page) return replaceContent(list);
  const items = page.jobs.map(({ id, state, input, submitted_at }) =>
    el("li", {}, el("a", { href: `#${id}` }, id), ` ${state}, ${input}, ${submitted_at}`),
  );
  replaceContent(list, ...(items.length > 0 ? items : [el("li", {}, "There is none yet.")]));
  await look();
}

/** Shows the chosen job, and again until it is over. */
async function look(): Promise<void> {
  clearTimeout(looking);
  const id = chosen();
  if (id === "") return replaceContent(place);
  const job = await ask<Job>(`/${encodeURIComponent(id)}`);
  if (!job || id !== chosen()) return;
  show(job);
  if (!isOver(job)) looking = setTimeout(() => void look(), LOOK_EVERY_MS);
}

function show(job: Job): void {
  const { chunks, lines, model } = job;
  const bar = el("progress", { id: "bar", max: String(chunks.total ?? 1), "aria-label": "Chunks that are done" });
  if (chunks.total !== undefined) bar.value = chunks.done;
  const facts: [string, string][] = [
    ["State", job.reason === undefined ? job.state : `${job.state}: ${job.reason}`],
    ["Chunks", `${count(chunks.done)} of ${chunks.total === undefined ? "not counted yet" : count(chunks.total)}`],
    ["Given up", count(chunks.dead)],
    ["Lines", count(lines.answered + lines.failed)],
    ["Bad lines", count(lines.failed)],
    ["Tokens", count(job.work.tokens)],
    ["Input", job.input],
    ["Output", job.output],
    ["Tasks", job.tasks.join(", ")],
    ["Model", `${model.id} ${model.version.slice(0, 12)}, ${model.engine}`],
  ];
  const act = (path: string, method: string) => () =>
    void ask<Job>(`/${encodeURIComponent(job.id)}${path}`, method).then(() => begin());
  replaceContent(
    place,
    el("h2", {}, job.id),
    bar,
    el("dl", {}, ...facts.flatMap(([name, value]) => [el("dt", {}, name), el("dd", {}, value)])),
    isOver(job)
      ? button("Answer what is missing", act("/retry", "POST"), { id: "retry" })
      : button("Cancel", act("", "DELETE"), { id: "cancel" }),
  );
}

addEventListener("hashchange", () => void look());
void begin();
