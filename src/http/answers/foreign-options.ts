import { type InputError, RequestFailure } from "../../errors.ts";

/**
 * Refuses options that exist, but not for the task that is asked.
 *
 * @param pointers where in the request those stand that were given and are not the task's (RFC 6901)
 * @throws RequestFailure `foreign-option` unless there are none
 */
export function refuseForeign(pointers: readonly string[], detail: string): void {
  const errors: InputError[] = pointers.map((pointer) => ({ pointer, detail }));
  if (errors.length > 0) throw new RequestFailure({ kind: "foreign-option", errors });
}
