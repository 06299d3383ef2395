import type { Job, JobList, JobOrder } from "./types.ts";

interface JobCall {
  /** Cancels the request, not the job. */
  signal?: AbortSignal | undefined;
}

/** The jobs of a service. Each method throws as the client's others do; a service without jobs gives `jobs-off` or `jobs-need-keys`. */
export interface JobsClient {
  /** Begins a job. The same order for the same input and model is the same job, so it may be sent again. */
  submit(order: JobOrder, call?: JobCall): Promise<Job>;
  get(id: string, call?: JobCall): Promise<Job>;
  /** A page of all jobs, newest first. @param page `after` is `next` of the page before */
  list(page?: { limit?: number; after?: string }, call?: JobCall): Promise<JobList>;
  /** Stops a job. What is answered stays. */
  cancel(id: string, call?: JobCall): Promise<Job>;
  /** Runs what is missing of a job that was cancelled, has failed, or has finished with errors. */
  retry(id: string, call?: JobCall): Promise<Job>;
}

type Send = (
  url: string,
  init: { method?: string; headers?: Record<string, string>; body?: string; signal: AbortSignal | undefined },
) => Promise<Response>;

/** @param url of `/v1/jobs` */
export function createJobsClient(url: string, send: Send): JobsClient {
  const one = (id: string) => `${url}/${encodeURIComponent(id)}`;
  const ask = async (path: string, { signal }: JobCall = {}, init: Partial<Parameters<Send>[1]> = {}): Promise<never> =>
    (await send(path, { ...init, signal })).json() as Promise<never>;
  return {
    submit: (order, call) =>
      ask(url, call, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(order) }),
    get: (id, call) => ask(one(id), call),
    list: ({ limit, after } = {}, call) => {
      const query = new URLSearchParams({ ...(limit && { limit: String(limit) }), ...(after && { after }) });
      return ask(`${url}?${query}`, call);
    },
    cancel: (id, call) => ask(one(id), call, { method: "DELETE" }),
    retry: (id, call) => ask(`${one(id)}/retry`, call, { method: "POST" }),
  };
}
