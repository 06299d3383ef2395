import type { Problem } from "../../src/packages/problem.ts";

/** What is wrong, each thing once. */
export function problemIn({ title, detail = title, errors = [] }: Problem): string {
  return [...new Set([detail, ...errors.map((each) => each.detail)])].join(" ");
}
