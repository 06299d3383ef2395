import type { z } from "zod";
import type { Failure, InputError } from "../errors.ts";
import { MAX_INPUT_ERRORS } from "../limits.ts";
import { OMITTED } from "./schemas/lists.ts";

type Issue = z.core.$ZodIssue;

/** Longest name from a client that an error repeats. */
const MAX_REPEATED_NAME_UNITS = 64;

/** Turns zod's issues into one failure. If a value is too long, its kind says so; otherwise an unknown option decides. */
export function failureOfInput(error: z.ZodError): Failure {
  const issues = findings(error.issues);
  for (const issue of issues) {
    if (issue.code !== "too_big" || (issue.origin !== "array" && issue.origin !== "string")) continue;
    const kind = issue.origin === "array" ? "batch-too-large" : "text-too-long";
    return { kind, limit: Number(issue.maximum), at: pointerTo(issue.path) };
  }
  const isUnknownOption = issues.some(({ code }) => code === "unrecognized_keys");
  return { kind: isUnknownOption ? "unknown-option" : "invalid-request", ...listed(issues) };
}

/** Replaces a union's issue by the issues of the alternative that accepts values of this type, if there is one. */
function findings(issues: Issue[]): Issue[] {
  return issues.flatMap((issue) => {
    if (issue.code !== "invalid_union") return [issue];
    const meant = issue.errors.find((each) =>
      each.every(({ code, path }) => code !== "invalid_type" || path.length > 0),
    );
    return meant ? findings(meant).map((each) => ({ ...each, path: [...issue.path, ...each.path] })) : [issue];
  });
}

/** The first MAX_INPUT_ERRORS errors, and the total number if there are more. */
function listed(issues: Issue[]): { errors: InputError[]; total?: number } {
  const errors: InputError[] = [];
  let total = 0;
  for (const issue of issues) {
    total += weight(issue);
    if (errors.length < MAX_INPUT_ERRORS) errors.push(...errorsOf(issue, MAX_INPUT_ERRORS - errors.length));
  }
  return total > errors.length ? { errors, total } : { errors };
}

/** How many errors an issue stands for. */
function weight(issue: Issue): number {
  if (issue.code === "unrecognized_keys") return issue.keys.length;
  return omitted(issue) ?? 1;
}

/** At most `most` errors of an issue. */
function errorsOf(issue: Issue, most: number): InputError[] {
  if (omitted(issue) !== undefined) return [];
  if (issue.code !== "unrecognized_keys") return [{ pointer: pointerTo(issue.path), detail: issue.message }];
  return issue.keys.slice(0, most).map((key) => {
    const path = key.length > MAX_REPEATED_NAME_UNITS ? issue.path : [...issue.path, key];
    return { pointer: pointerTo(path), detail: "There is no such option." };
  });
}

function omitted(issue: Issue): number | undefined {
  return issue.code === "custom" ? issue.params?.[OMITTED] : undefined;
}

/** A JSON pointer (RFC 6901). */
function pointerTo(path: PropertyKey[]): string {
  return path.map((part) => `/${String(part).replaceAll("~", "~0").replaceAll("/", "~1")}`).join("");
}
