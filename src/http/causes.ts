import { BundleError } from "../bundle/bundle-error.ts";
import { RequestFailure } from "../errors.ts";

/** Errors whose messages we write ourselves. Other messages, such as those of JSON.parse, may quote what a user sent. */
const OWN_ERRORS = [RequestFailure, BundleError];

/** No error of this project has so many causes. */
const MAX_CAUSES = 8;

/** An error and its causes for the log: names and stack frames, and messages only of our own errors. */
export function causesOf(error: unknown): string[] {
  const causes: string[] = [];
  for (let cause = error; cause !== undefined && causes.length < MAX_CAUSES; ) {
    causes.push(describe(cause));
    cause = cause instanceof Error ? cause.cause : undefined;
  }
  return causes;
}

function describe(cause: unknown): string {
  if (!(cause instanceof Error)) return `thrown ${typeof cause}`;
  const name = cause.constructor.name;
  const title = OWN_ERRORS.some((own) => cause instanceof own) ? `${name}: ${cause.message}` : name;
  return [title, ...framesOf(cause)].join("\n");
}

/** The stack frames after the message. A line of the message must not pass as a frame. */
function framesOf({ name, message, stack = "" }: Error): string[] {
  const head = message ? `${name}: ${message}` : name;
  if (!stack.startsWith(head)) return [];
  return stack
    .slice(head.length)
    .split("\n")
    .filter((line) => /^\s+at /.test(line));
}
