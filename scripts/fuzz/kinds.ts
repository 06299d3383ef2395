import { isProblemKind } from "../../src/http/problem-pages.ts";

/** Whether a problem's `type` is one of the service's. */
export function isKnownType(type: string): boolean {
  return type.startsWith("/problems/") && isProblemKind(type.slice("/problems/".length));
}
