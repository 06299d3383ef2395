import type { Problem } from "./problem.ts";

/**
 * Thrown instead of an answer, by the client, the model and the service binding.
 *
 * @example
 * ```ts
 * import { createClient, ProblemError } from "bertweet-edge/client";
 *
 * const client = createClient("http://127.0.0.1:8787");
 * try {
 *   await client.predict("irony", "", { top_k: 0 });
 * } catch (error) {
 *   if (!(error instanceof ProblemError)) throw error; // the service can't be reached
 *   const { type, errors = [] } = error.problem;
 *   console.log(type, errors.map(({ pointer }) => pointer)); // /problems/invalid-request [ '/text', '/top_k' ]
 * }
 * ```
 */
export class ProblemError extends Error {
  override readonly name = "ProblemError";
  readonly problem: Problem;

  constructor(problem: Problem, options?: ErrorOptions) {
    const { status, title, detail, type } = problem;
    super(`${status} ${title}${detail ? `: ${detail}` : ""} (${type})`, options);
    this.problem = problem;
  }
}

/**
 * The problem of an error, also of one that came over a service binding; undefined for other errors.
 *
 * @example
 * ```ts
 * import { type Bertweet, problemOf } from "bertweet-edge/client";
 *
 * export default {
 *   async fetch(request: Request, env: { BERTWEET: Bertweet }) {
 *     try {
 *       return Response.json(await env.BERTWEET.predict("sentiment", await request.text()));
 *     } catch (error) {
 *       if (problemOf(error)?.type !== "/problems/text-too-long") throw error;
 *       return new Response("A tweet is shorter than that.", { status: 413 });
 *     }
 *   },
 * };
 * ```
 */
export function problemOf(error: unknown): Problem | undefined {
  if (error instanceof ProblemError) return error.problem;
  if (!(error instanceof Error)) return undefined;
  try {
    const problem: Problem = JSON.parse(error.message.slice(error.message.lastIndexOf("\n") + 1));
    return PROBLEM_TYPE.test(problem.type) ? problem : undefined;
  } catch {
    return undefined; // another message
  }
}

const PROBLEM_TYPE = /^(\/problems\/[a-z-]+|about:blank)$/;
