import type { ProblemShape } from "../middleware/problem-shape.ts";
import { PROBLEM_JSON } from "../problem.ts";

/** A problem that repeats its `detail` as `error`, the only member that Hugging Face's Python client reads. */
export const huggingFaceProblem: ProblemShape = ({ instance, ...problem }) => ({
  type: PROBLEM_JSON,
  body: { ...problem, error: problem.detail, instance },
});
