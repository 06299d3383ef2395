import { z } from "@hono/zod-openapi";
import { MAX_INPUT_ERRORS } from "../../limits.ts";

type Issues = z.core.ParsePayload["issues"];

/** Marks the one issue that represents all further issues of a list. */
export const OMITTED = "omitted";

/**
 * A list of at most `most` elements. The length is checked before the elements, so that a list of a hundred thousand wrong
 * elements costs nothing.
 */
export function list<T extends z.ZodType>(item: T, most: number): z.ZodType<z.output<T>[], z.input<T>[]> {
  const whole = z.array(item).min(1).max(most);
  return z.preprocess((value, { issues }) => {
    if (!Array.isArray(value) || value.length <= most) return value;
    issues.push(tooLong(value, most));
    return z.NEVER;
  }, whole) as unknown as z.ZodType<z.output<T>[], z.input<T>[]>;
}

/** Limits of a list of strings. */
interface StringsLimits {
  /** Minimum number of strings, and of UTF-16 code units in each. */
  least: 0 | 1;
  /** Maximum number of strings. */
  most: number;
  /** Maximum number of UTF-16 code units of a string. */
  maxUnits: number;
}

/**
 * A list of strings. It is checked without zod's array, because zod makes an issue of each wrong element, and a body has room for a
 * quarter of a million elements.
 */
export function strings(limits: StringsLimits): z.ZodType<string[], string[]> {
  const { least, most, maxUnits } = limits;
  const schema = z.unknown().superRefine((value, { issues }) => {
    if (!Array.isArray(value)) issues.push({ code: "invalid_type", expected: "array", input: value });
    else if (value.length > most) issues.push(tooLong(value, most));
    else if (value.length < least) issues.push({ code: "too_small", origin: "array", ...minimum(least), input: value });
    else checkStrings(value, limits, issues);
  });
  const items = { type: "string", minLength: least, maxLength: maxUnits } as const;
  return schema.openapi({ type: "array", items, minItems: least, maxItems: most }) as z.ZodType<string[], string[]>;
}

function checkStrings(values: unknown[], { least, maxUnits }: StringsLimits, issues: Issues): void {
  let wrong = 0;
  for (const [index, value] of values.entries()) {
    if (typeof value === "string" && value.length >= least && value.length <= maxUnits) continue;
    if (++wrong <= MAX_INPUT_ERRORS) issues.push({ ...stringIssue(value, least, maxUnits), path: [index] });
  }
  const omitted = wrong - MAX_INPUT_ERRORS;
  if (omitted > 0) issues.push({ code: "custom", input: values, params: { [OMITTED]: omitted } });
}

function stringIssue(value: unknown, least: number, maxUnits: number): Issues[number] {
  if (typeof value !== "string") return { code: "invalid_type", expected: "string", input: value };
  return value.length < least
    ? { code: "too_small", origin: "string", ...minimum(least), input: value }
    : { code: "too_big", origin: "string", maximum: maxUnits, inclusive: true, input: value };
}

function minimum(least: number) {
  return { minimum: least, inclusive: true };
}

function tooLong(value: unknown[], most: number): Issues[number] {
  return { code: "too_big", origin: "array", maximum: most, inclusive: true, input: value };
}
