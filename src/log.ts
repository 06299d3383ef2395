/**
 * Everything that the service logs: one line of JSON each. No event may hold a text, a key or anything else that a user sent; new
 * kinds are added here, so that one look at this file shows all that can ever be written.
 */
export type LogEvent =
  /** A model is ready to answer in this isolate; `ms` by step of the load. */
  | {
      event: "model-loaded";
      model: string;
      version: string;
      engine: string;
      ms: Readonly<Record<string, number>>;
      /** What it is reckoned to hold. */
      bytes: number;
      wasmMemoryBytes: number;
    }
  /** From now on this version answers. */
  | { event: "version-taken-over"; model: string; version: string; previous: string | undefined }
  /** A version was tried and does not answer; `retryInMs` from now it is tried again. */
  | { event: "version-refused"; model: string; version: string; reason: string; retryInMs: number }
  /** The pointer could not be read again; the last known version goes on answering. */
  | { event: "refresh-failed"; model: string; reason: string; retryInMs: number }
  /** A request was refused for want of capacity or by a failure of the service. */
  | { event: "request-refused"; requestId: string; failure: string; reason?: string }
  /** Nobody expected this: the error with all its causes. */
  | { event: "unexpected-error"; requestId: string; causes: string[] };

const ERRORS: ReadonlySet<LogEvent["event"]> = new Set(["version-refused", "refresh-failed", "unexpected-error"]);

/** Writes one line of JSON, as an error where the operator should look. */
export function log(event: LogEvent): void {
  const line = JSON.stringify(event);
  if (ERRORS.has(event.event)) console.error(line);
  else console.log(line);
}
