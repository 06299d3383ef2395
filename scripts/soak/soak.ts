import { setTimeout as sleep } from "node:timers/promises";
import { BUNDLE } from "../bench/service.ts";
import { commonTexts } from "../bench/texts.ts";
import { createClient, type HttpAnswer, type HttpRequest, NoAnswer } from "../http/client.ts";
import { ISOLATE_LIMIT_BYTES } from "../memory/report.ts";
import { quantile } from "../metrics.ts";
import { Tally } from "./tally.ts";
import type { SoakTarget } from "./target.ts";

/** Tokens of a text: as many as the model reads at once. */
const TOKENS = 128;

/** After a refusal, every second client waits as long as Retry-After says. The others retry after this time. */
const IMPATIENT_PAUSE_MS = 250;

const HEALTH_EVERY_MS = 100;
const DEADLINE_MS = 60_000;
const ALONE = 20;

/** Passes that are allowed beyond the limit, because other work on the machine makes every pass longer. */
const SLACK_PASSES = 10;

interface SoakOptions {
  connections: number;
  seconds: number;
  /** How long the service lets a request wait for its turn. */
  limitMs: number;
  reportEverySeconds: number;
}

/**
 * Keeps connections busy, each with one request after another, and reports the state of the service every interval.
 *
 * @returns the errors; empty if there were none
 */
export async function soak(
  { url, memory }: SoakTarget,
  { connections, seconds, limitMs, reportEverySeconds }: SoakOptions,
  print: (line: string) => void,
): Promise<string[]> {
  const [client, watcher] = [createClient(url, DEADLINE_MS), createClient(url, DEADLINE_MS)];
  const text = await commonTexts(BUNDLE);
  const next = (): HttpRequest => get(`/v1/sentiment?text=${encodeURIComponent(text(TOKENS))}`);
  const total = new Tally();
  let interval = new Tally();

  await client.send(next()); // loads the model
  const alone = await inTurn(client.send, next);
  const passMs = quantile(alone, 0.5);
  print(`Alone, a request takes ${passMs.toFixed(0)} ms (p99 ${quantile(alone, 0.99).toFixed(0)} ms).`);

  const started = performance.now();
  const isOver = () => performance.now() - started >= seconds * 1_000;
  const load = async (_: unknown, connection: number) => {
    while (!isOver()) {
      const retryAfterSeconds = count(interval, await attempt(client.send, next()));
      if (retryAfterSeconds > 0) await sleep(connection % 2 === 0 ? 1_000 * retryAfterSeconds : IMPATIENT_PAUSE_MS);
    }
  };
  const watch = async () => {
    while (!isOver()) {
      const answer = await attempt(watcher.send, get("/healthz"));
      if (typeof answer !== "string" && answer.status === 200) interval.health.push(answer.ms);
      else interval.addWrong(`/healthz: ${typeof answer === "string" ? answer : answer.status}`);
      await sleep(HEALTH_EVERY_MS);
    }
  };
  const report = async () => {
    for (let since = started; !isOver(); ) {
      await sleep(Math.min(reportEverySeconds * 1_000, Math.max(1, started + seconds * 1_000 - performance.now())));
      const [now, ended] = [performance.now(), interval];
      interval = new Tally();
      total.add(ended);
      const held = await memory?.("with garbage");
      if (held && held.sum > ISOLATE_LIMIT_BYTES) total.addWrong("more memory than the 128 MB of an isolate");
      print(`${((now - started) / 1_000).toFixed(0)} s: ${ended.describe((now - since) / 1_000, held)}`);
      since = now;
    }
  };
  await Promise.all([...Array.from({ length: connections }, load), watch(), report()]);
  total.add(interval); // answers to requests that were open when the time was over

  const after = await attempt(client.send, next());
  client.close();
  watcher.close();
  print(`In all, and memory once its garbage is gone: ${total.describe(seconds, await memory?.("without garbage"))}`);
  return [...wrongsOf(total, limitMs + SLACK_PASSES * passMs), ...wrongsAfter(after, SLACK_PASSES * passMs)];
}

function wrongsOf({ admitted, wrong }: Tally, mostMs: number): string[] {
  const wrongs = [...wrong].map(([what, times]) => `${times} x ${what}`);
  if (admitted.length === 0) return [...wrongs, "No request was admitted."];
  const p99 = quantile(admitted, 0.99);
  if (p99 > mostMs)
    wrongs.push(`The p99 of admitted requests is ${p99.toFixed(0)} ms, more than ${mostMs.toFixed(0)} ms.`);
  return wrongs;
}

function wrongsAfter(answer: HttpAnswer | string, mostMs: number): string[] {
  if (typeof answer === "string") return [`The request after the load: ${answer}`];
  if (answer.status === 200 && answer.ms <= mostMs) return [];
  return [`The request after the load was answered ${answer.status} after ${answer.ms.toFixed(0)} ms.`];
}

/** @returns seconds after which a refused request may be sent again; 0 if it was admitted or failed */
function count(tally: Tally, answer: HttpAnswer | string): number {
  if (typeof answer === "string") {
    tally.addWrong(answer);
    return 0;
  }
  const { status, ms, headers } = answer;
  if (status === 200) tally.admitted.push(ms);
  else if (status === 503 && /^[1-9]\d*$/.test(headers["retry-after"] ?? "")) {
    tally.refused.push(ms);
    return Number(headers["retry-after"]);
  } else tally.addWrong(`status ${status}`);
  return 0;
}

/** The answer, or the reason why there is none. */
async function attempt(
  send: (each: HttpRequest) => Promise<HttpAnswer>,
  each: HttpRequest,
): Promise<HttpAnswer | string> {
  try {
    return await send(each);
  } catch (error) {
    if (error instanceof NoAnswer) return error.message;
    throw error;
  }
}

async function inTurn(send: (each: HttpRequest) => Promise<HttpAnswer>, next: () => HttpRequest): Promise<number[]> {
  const times: number[] = [];
  while (times.length < ALONE) times.push((await send(next())).ms);
  return times;
}

function get(target: string): HttpRequest {
  return { method: "GET", target };
}
