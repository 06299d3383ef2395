import type { Problem } from "./problem.ts";
import { ProblemError } from "./problem-error.ts";

/**
 * The error that a method throws over a service binding. A caller gets its `problem` if both Workers have a compatibility date from
 * 2026-04-21 on (`enhanced_error_serialization`), and otherwise only its message. So the message ends with the problem as a line of
 * JSON, which `problemOf` reads.
 */
export function errorOverBinding(problem: Problem): ProblemError {
  const error = new ProblemError(problem);
  error.message += `\n${JSON.stringify(problem)}`;
  return error;
}
