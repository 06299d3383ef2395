import type { Job, JobList } from "../../src/http/schemas/job.ts";
import { readProblem } from "../../src/read-problem.ts";
import { Refusal } from "../lib/refusal.ts";

/** How long an answer may take. The service itself gives up after less. */
const ANSWER_LIMIT_MS = 60_000;

export interface JobsService {
  submit(order: Record<string, unknown>): Promise<Job>;
  get(id: string): Promise<Job>;
  cancel(id: string): Promise<Job>;
  retry(id: string): Promise<Job>;
  list(after: string | undefined): Promise<JobList>;
}

/** The jobs of a service. Each call throws a `Refusal` with the service's own words when it is refused. */
export function jobsService(url: string, key: string | undefined): JobsService {
  const ask = async <T>(method: string, path: string, body?: unknown): Promise<T> => {
    const headers = {
      ...(key && { Authorization: `Bearer ${key}` }),
      ...(body !== undefined && { "Content-Type": "application/json" }),
    };
    const init = { method, headers, ...(body !== undefined && { body: JSON.stringify(body) }) };
    let response: Response;
    try {
      response = await fetch(`${url}/v1/jobs${path}`, { ...init, signal: AbortSignal.timeout(ANSWER_LIMIT_MS) });
    } catch (error) {
      throw new Refusal(`${url} gives no answer: ${(error as Error).message}.`, { cause: error });
    }
    if (response.ok) return (await response.json()) as T;
    const { status, title, detail = title, errors = [] } = await readProblem(response);
    const told = new Set([detail, ...errors.map((each) => `${each.pointer}: ${each.detail}`)]);
    throw new Refusal(`${url}: ${status} ${[...told].join(" ")}`);
  };
  const one = (id: string) => `/${encodeURIComponent(id)}`;
  return {
    submit: (order) => ask("POST", "", order),
    get: (id) => ask("GET", one(id)),
    cancel: (id) => ask("DELETE", one(id)),
    retry: (id) => ask("POST", `${one(id)}/retry`),
    list: (after) => ask("GET", after === undefined ? "" : `?after=${encodeURIComponent(after)}`),
  };
}
