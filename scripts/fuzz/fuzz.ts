import fc from "fast-check";
import { type Document, operationsOf } from "../../test/integration/openapi.ts";
import { createClient, type HttpAnswer, NoAnswer } from "../http/client.ts";
import { type Case, describeCase } from "./case.ts";
import { allCases } from "./cases.ts";
import { createCheck } from "./check.ts";
import type { Schema } from "./json.ts";

/** An answer that takes this long counts as hung. */
const DEADLINE_MS = 10_000;

/** What one answer may take. */
const LIMIT_MS = 1_000;

/** A slow answer counts only if it is slow several times: another process may have used the processor. */
const SLOW_TRIES = 3;

const CASES_A_ROUND = 500;

export interface FuzzOptions {
  url: URL;
  cases: number;
  seed: number;
  /** Called after each round with the number of cases and the answers by status. */
  report?: (cases: number, statuses: ReadonlyMap<number, number>, slowestMs: number) => void;
}

/**
 * Sends cases to a service, one after another, and checks each answer.
 *
 * @returns the error with the smallest case that shows it; undefined if all answers were right
 */
export async function fuzz({ url, cases, seed, report }: FuzzOptions): Promise<string | undefined> {
  const document = (await (await fetch(new URL("/openapi.json", url))).json()) as Document;
  const { schemas } = document.components as unknown as { schemas: Record<string, Schema> };
  const arbitrary = allCases(operationsOf(document), schemas, await namesOf(url));
  const check = createCheck(document);
  const client = createClient(url, DEADLINE_MS);
  const statuses = new Map<number, number>();
  let slowestMs = 0;

  async function holds(each: Case): Promise<void> {
    const answer = await sendWithin(client.send, each);
    statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1);
    slowestMs = Math.max(slowestMs, answer.ms);
    const found = check(each, answer);
    if (answer.ms > LIMIT_MS) found.push(`The answer took ${answer.ms.toFixed(0)} ms, ${SLOW_TRIES} times.`);
    if (found.length > 0) throw new Error(found.slice(0, 5).join("\n"));
  }

  try {
    for (let done = 0, round = 0; done < cases; round++) {
      const numRuns = Math.min(CASES_A_ROUND, cases - done);
      const roundSeed = seed + round;
      const result = await fc.check(fc.asyncProperty(arbitrary, holds), { numRuns, seed: roundSeed });
      if (result.failed) {
        const [smallest] = result.counterexample ?? [];
        const reason =
          result.errorInstance instanceof Error ? result.errorInstance.message : String(result.errorInstance);
        return `${reason}\n${smallest ? describeCase(smallest) : ""}\nAgain: --seed ${roundSeed} --cases ${numRuns}`;
      }
      done += numRuns;
      report?.(done, statuses, slowestMs);
    }
    return undefined;
  } finally {
    client.close();
  }
}

/** The answer. If it is slow, the fastest of a few attempts. */
async function sendWithin(send: (each: Case) => Promise<HttpAnswer>, each: Case): Promise<HttpAnswer> {
  let answer = await send(each);
  for (let tries = 1; answer.ms > LIMIT_MS && tries < SLOW_TRIES; tries++) answer = await send(each);
  return answer;
}

/** The names of the service's models and tasks. */
async function namesOf(url: URL): Promise<Record<string, string[]>> {
  const response = await fetch(new URL("/v1/models", url));
  if (response.status !== 200) throw new NoAnswer(`/v1/models: ${response.status}`);
  const { models } = (await response.json()) as { models: { id: string; tasks: Record<string, unknown> }[] };
  const names = models.flatMap(({ tasks }) => Object.keys(tasks));
  const ids = models.map(({ id }) => id);
  const schemes = names.flatMap((name) => name.split("/").slice(1));
  return {
    id: ids,
    model: ids,
    task: names.map((name) => name.split("/", 1)[0] as string),
    tasks: names,
    scheme: schemes,
  };
}
