import type { Problem } from "./packages/problem.ts";

/** Reads the problem of a response that is not OK. A proxy may answer without problem+json. */
export async function readProblem(response: Response): Promise<Problem> {
  const body = await response.text();
  if (response.headers.get("Content-Type")?.startsWith("application/problem+json")) return JSON.parse(body) as Problem;
  return { type: "about:blank", title: response.statusText || "Refused", status: response.status };
}

/**
 * How long a `Retry-After` header asks a client to wait. The header holds seconds or a date (RFC 9110, 10.2.3).
 *
 * @returns milliseconds, or undefined when the header is missing or unreadable
 */
export function readRetryAfter(headers: Headers): number | undefined {
  const value = headers.get("Retry-After");
  if (value === null) return undefined;
  const wait = /^\d+$/.test(value) ? Number(value) * 1_000 : Date.parse(value) - Date.now();
  return Number.isNaN(wait) ? undefined : Math.max(0, wait);
}
