import autocannon from "autocannon";
import { ask } from "./service.ts";

const WARM_UP = 60;
const TIMEOUT_SECONDS = 60;

export interface LoadOptions {
  connections: number;
  /** Number of requests. A number of seconds would leave out the slowest answers, or all answers of a slow server. */
  requests: number;
  /** The path of the next request. */
  path: () => string;
  headers?: Record<string, string>;
  /** The expected status of each answer. */
  status?: number;
}

export interface LoadFigures {
  perSecond: number;
  /** Milliseconds of all answers, in the order of their arrival. */
  times: number[];
}

/**
 * Keeps `connections` requests in flight until all are answered. It measures each answer itself, because autocannon's own
 * percentiles are whole milliseconds.
 *
 * @throws Error when an answer is missing or has another status
 */
export async function load(
  url: URL,
  { connections, requests, path, headers, status = 200 }: LoadOptions,
): Promise<LoadFigures> {
  const times: number[] = [];
  let [started, ended] = [0, 0];
  const options: autocannon.Options = {
    url: url.href,
    connections,
    amount: requests,
    timeout: TIMEOUT_SECONDS,
    requests: [
      { setupRequest: (request) => ({ ...request, path: path(), headers: { ...request.headers, ...headers } }) },
    ],
  };
  const { statusCodeStats } = await new Promise<autocannon.Result>((resolve, reject) => {
    const instance = autocannon(options, (error, result) => (error ? reject(error) : resolve(result)));
    instance.on("start", () => {
      started = performance.now();
    });
    instance.on("response", (_client, _status, _bytes, ms) => {
      ended = performance.now();
      times.push(ms);
    });
  });
  const statuses = Object.entries(statusCodeStats ?? {}).map(([code, { count = 0 }]) => `${count} of ${code}`);
  if (statuses.join() !== `${requests} of ${status}`)
    throw new Error(`${url}: of ${requests} answers there were: ${statuses.join(", ") || "none"}.`);
  return { perSecond: (1_000 * requests) / (ended - started), times };
}

/** A server under load, and its requests. */
export type Target = LoadOptions & { url: URL };

/**
 * Loads the targets in turns, several turns each. Before that, each answers a few requests that don't count.
 *
 * @returns answers a second, and the times of all answers, of each
 */
export async function loadInTurns(
  targets: ReadonlyMap<string, Target>,
  turns: number,
): Promise<Map<string, LoadFigures>> {
  const figures = new Map<string, LoadFigures[]>([...targets.keys()].map((name) => [name, []]));
  for (const { url, path, headers } of targets.values())
    for (let n = 0; n < WARM_UP; n++) await ask(new URL(path(), url), headers ? { headers } : {});
  for (let turn = 0; turn < turns; turn++)
    for (const [name, { url, ...options }] of targets) figures.get(name)?.push(await load(url, options));
  return new Map(
    [...figures].map(([name, each]) => [
      name,
      {
        perSecond: each.reduce((sum, { perSecond }) => sum + perSecond, 0) / turns,
        times: each.flatMap(({ times }) => times),
      },
    ]),
  );
}
