import type { Document, NamedOperation } from "../../test/integration/openapi.ts";
import { operationsOf, validatorOf } from "../../test/integration/openapi.ts";
import type { HttpAnswer } from "../http/client.ts";
import type { Case } from "./case.ts";
import { isKnownType } from "./kinds.ts";

/** The longest problem that may be told: 50 errors of one request, and some room. */
const MOST_PROBLEM_BYTES = 65_536;

/** @returns what is wrong with an answer; empty where it is as it should be */
export type Check = (request: Case, answer: HttpAnswer) => string[];

/** Holds answers against the document and against what every answer must be. */
export function createCheck(document: Document): Check {
  const operations = operationsOf(document).map((operation) => ({ operation, pattern: patternOf(operation.path) }));
  const misfits = validatorOf(document);

  function operationOf({ method, target }: Case): NamedOperation | undefined {
    const path = pathOf(target);
    const wanted = method === "HEAD" ? "GET" : method;
    return operations.find((each) => each.operation.method === wanted && each.pattern.test(path))?.operation;
  }

  return (request, answer) => {
    const { status, headers, body } = answer;
    const type = headers["content-type"]?.split(";")[0] ?? "";
    const found: string[] = [];
    if (status >= 500) found.push(`The status is ${status}.`);
    if (!headers["x-request-id"]) found.push("There is no X-Request-Id.");
    if (request.method === "HEAD" || status === 204 || status === 304) {
      if (body.length > 0) found.push(`A ${status} to ${request.method} has a body.`);
      return found;
    }
    if (status >= 400) return [...found, ...wrongsOfProblem(answer, type, request)];
    if (status !== 200) return [...found, `The status is ${status}.`];
    const operation = operationOf(request);
    if (!operation) return [...found, "A path that the document does not have is answered."];
    if (type.startsWith("text/")) return [...found, ...misfits(operation, status, type, body.toString())];
    const texts = type.endsWith("ndjson") ? body.toString().split("\n").filter(Boolean) : [body.toString()];
    for (const text of texts)
      found.push(
        ...wrongsOfJson(text, (value) => [...wrongsOfLine(value), ...misfits(operation, status, type, value)]),
      );
    return found;
  };

  function wrongsOfProblem({ status, headers, body }: HttpAnswer, type: string, { target }: Case): string[] {
    const foreign = FOREIGN.find(({ beginning }) => beginning.test(pathOf(target)));
    if (type !== (foreign ? "application/json" : "application/problem+json"))
      return [`A ${status} is of the type ${type}: ${body.toString().slice(0, 200)}`];
    const found: string[] = [];
    if (headers["cache-control"] !== "no-store") found.push("A problem may be stored.");
    if (body.length > MOST_PROBLEM_BYTES) found.push(`A problem has ${body.length} bytes.`);
    if (status === 405 && !headers.allow) found.push("A 405 has no Allow.");
    if (status === 429 && !headers["retry-after"]) found.push("A 429 has no Retry-After.");
    const wrongs = wrongsOfJson(body.toString(), (value) => {
      if (foreign) return misfits(foreign.operation, 400, type, value);
      const problem = value as { type: string; status: number };
      if (problem.status !== status) return [`The problem says ${problem.status}, and the status is ${status}.`];
      if (!isKnownType(problem.type)) return [`The problem is of the type ${problem.type}.`];
      return misfits(PROBLEM, 400, type, value);
    });
    return [...found, ...wrongs];
  }
}

/** Paths below which problems have the shape of another protocol, and an operation that has it. */
const FOREIGN = [
  { beginning: /^\/v1\/embeddings$/, operation: { method: "POST", path: "/v1/embeddings", responses: {} } },
  { beginning: /^\/tei(\/|$)/, operation: { method: "POST", path: "/tei/{id}/embed", responses: {} } },
] as const;

/** An operation whose problems are as all are. */
const PROBLEM = { method: "GET", path: "/v1/{task}", responses: {} } as const;

function wrongsOfJson(text: string, wrongs: (value: unknown) => string[]): string[] {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return [`No JSON: ${text.slice(0, 200)}`];
  }
  return wrongs(value);
}

/** A line of a stream may be a problem, in an answer of 200. */
function wrongsOfLine(value: unknown): string[] {
  const line = (value as { error?: { status?: number; type?: string } } | null)?.error;
  if (line?.status !== undefined && line.status >= 500) return [`A line tells of a ${line.status}.`];
  return line?.type !== undefined && !isKnownType(line.type) ? [`A line is of the type ${line.type}.`] : [];
}

/** The path that a request line means: without its query, and without dots. */
function pathOf(target: string): string {
  return new URL(`http://service${target}`).pathname;
}

/** Paths of an operation. A parameter is whatever stands between two slashes. */
function patternOf(path: string): RegExp {
  return new RegExp(`^${path.replace(/[.*+?^$()|[\]\\]/g, "\\$&").replace(/\{\w+\}/g, "[^/]+")}$`);
}
