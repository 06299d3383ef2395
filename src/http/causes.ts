import { BundleError } from "../bundle/bundle-error.ts";
import { RequestFailure } from "../errors.ts";

/** Errors whose messages we write ourselves. Any other message may quote what a user sent, as that of JSON.parse does. */
const OWN_ERRORS = [RequestFailure, BundleError];

/** More causes than any error of ours has. */
const MAX_CAUSES = 8;

/** An error and its causes for the log: names and stack frames, and messages of our own errors alone. */
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

/** The stack behind the message, of which no line may be taken for a frame. */
function framesOf({ name, message, stack = "" }: Error): string[] {
  const head = message ? `${name}: ${message}` : name;
  if (!stack.startsWith(head)) return [];
  return stack
    .slice(head.length)
    .split("\n")
    .filter((line) => /^\s+at /.test(line));
}
