import { setTimeout as sleep } from "node:timers/promises";
import type { Problem } from "../../src/packages/problem.ts";
import { readProblem, readRetryAfter } from "../../src/read-problem.ts";
import { Refusal } from "../lib/refusal.ts";
import { problemIn } from "./problem.ts";
import type { Answer, Labeller, TaskResult } from "./row.ts";

/** How long the next line may take: a line of a stream may wait for its turn for half of it. */
const LINE_LIMIT_MS = 60_000;

/** Waits before texts are sent again without one answered in between; what the service asks for counts if it is longer. */
const WAITS_MS = [1_000, 5_000, 15_000, 30_000, 60_000];

/** What goes away if one waits. */
const PASSING = new Set(["rate-limited", "overloaded", "model-unavailable", "body-too-slow"]);

type Line = { line: number } & (
  | { results: Record<string, TaskResult>; model: { version: string } }
  | { error: Problem & { detail: string } }
);

/** Why texts are to be sent again. */
class Passing extends Error {
  readonly waitMs: number;
  constructor(message: string, waitMs = 0) {
    super(message);
    this.waitMs = waitMs;
  }
}

/** @throws Refusal when there is no service that takes the key and has the tasks: nothing is begun then */
export async function requireService(url: string, tasks: readonly string[], key: string | undefined): Promise<void> {
  const asked = fetch(`${url}/v1/analyze`, {
    method: "POST",
    headers: { "Content-Type": "application/json", ...bearer(key) },
    body: JSON.stringify({ text: "hello", tasks }),
    signal: AbortSignal.timeout(LINE_LIMIT_MS),
  });
  const response = await asked.catch((error) => {
    throw new Refusal(`${url}: ${causeOf(error)}`, { cause: error });
  });
  if (response.ok) return response.body?.cancel();
  const problem = await readProblem(response);
  throw new Refusal(`${url}: ${problem.status} ${problemIn(problem)}`);
}

const bearer = (key: string | undefined): Record<string, string> => (key ? { Authorization: `Bearer ${key}` } : {});

/**
 * A labeller that asks the service at `url`, a stream for each list of texts. It waits and sends again what is left when the
 * service is too busy, is restarted, or can't be reached.
 *
 * @param key sent as a bearer token
 */
export function serviceLabeller(url: string, tasks: readonly string[], key: string | undefined): Labeller {
  const headers = { "Content-Type": "application/x-ndjson", ...bearer(key) };
  return async function* label(texts) {
    let next = 0;
    for (let failed = 0; next < texts.length; ) {
      try {
        const body = texts.slice(next).map((text) => `${JSON.stringify({ text, tasks })}\n`);
        for await (const answer of ask(`${url}/v1/analyze/stream`, headers, body.join(""))) {
          next++;
          failed = 0;
          yield answer;
        }
      } catch (error) {
        if (!(error instanceof Passing)) throw error;
        const wait = WAITS_MS[failed++];
        if (wait === undefined) throw new Refusal(`${url}: ${error.message} The same command goes on from here.`);
        await sleep(Math.max(wait, error.waitMs));
      }
    }
  };
}

/** Answers of one stream, in order, until it ends or should be begun again. @throws Passing, Refusal */
async function* ask(url: string, headers: Record<string, string>, body: string): AsyncGenerator<Answer> {
  const late = new AbortController();
  const within = async <T>(promise: Promise<T>): Promise<T> => {
    const timer = setTimeout(() => late.abort(new Error("It gave no answer for a minute.")), LINE_LIMIT_MS);
    try {
      return await promise;
    } catch (error) {
      throw new Passing(causeOf(error));
    } finally {
      clearTimeout(timer);
    }
  };
  const response = await within(fetch(url, { method: "POST", headers, body, signal: late.signal }));
  if (!response.ok) await refuse(response);
  const reader = (response.body as ReadableStream<Uint8Array>).getReader();
  const decoder = new TextDecoder();
  let answered = 0;
  let rest = "";
  try {
    for (;;) {
      const { done, value } = await within(reader.read());
      if (done) break;
      const lines = (rest + decoder.decode(value, { stream: true })).split("\n");
      rest = lines.pop() as string;
      for (const line of lines) {
        yield answerOf(JSON.parse(line) as Line);
        answered++;
      }
    }
  } finally {
    late.abort();
  }
  if (answered < body.split("\n").length - 1) throw new Passing("Its stream ended early.");
}

function answerOf(line: Line): Answer {
  if (!("error" in line)) return { results: line.results, version: line.model.version };
  const { type, detail, retry_after = 0 } = line.error;
  if (PASSING.has(type.replace("/problems/", ""))) throw new Passing(detail, retry_after * 1_000);
  return { problem: problemIn(line.error) };
}

/** @throws Passing when one may ask again, else Refusal */
async function refuse(response: Response): Promise<never> {
  const { title, detail = title } = await readProblem(response);
  const told = `${response.status} ${detail}`;
  if (response.status === 429 || response.status >= 502) throw new Passing(told, readRetryAfter(response.headers));
  throw new Refusal(`${response.url}: ${told}`);
}

function causeOf(error: unknown): string {
  const { message, cause } = error as Error;
  return cause instanceof Error ? `${message}: ${cause.message}.` : message;
}
