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
  /** Layers of a model are ready in an isolate behind the one that answers HTTP. */
  | {
      event: "stage-loaded";
      model: string;
      version: string;
      engine: string;
      /** The range that `LAYERS` names. */
      layers: string;
      ms: number;
      bytes: number;
      wasmMemoryBytes: number;
    }
  /** From now on this version answers. */
  | { event: "version-taken-over"; model: string; version: string; previous: string | undefined }
  /** A version was tried and does not answer; `retryInMs` from now it is tried again. */
  | { event: "version-refused"; model: string; version: string; reason: string; retryInMs: number }
  /** The pointer could not be read again; the last known version goes on answering. */
  | { event: "refresh-failed"; model: string; reason: string; retryInMs: number }
  /**
   * A request, or a line of a stream, was refused for want of capacity or access, or by a failure of the service. At most one line a
   * second for each kind of failure; `leftOut` counts those since the last line.
   */
  | {
      event: "request-refused";
      requestId: string;
      /** The template that the path fits, such as `/v1/:task`. */
      route: string;
      failure: string;
      reason: string | undefined;
      leftOut: number;
    }
  /** A request's data point could not be written. The request was answered all the same. At most one line a second. */
  | { event: "metrics-failed"; requestId: string; causes: string[]; leftOut: number }
  /** Nobody expected this: the error with all its causes. */
  | { event: "unexpected-error"; requestId: string; causes: string[] };

const ERRORS: ReadonlySet<LogEvent["event"]> = new Set([
  "version-refused",
  "refresh-failed",
  "unexpected-error",
  "metrics-failed",
]);

type Observer = (event: LogEvent) => void;

const observers: Observer[] = [];

/** Lets an observer see every event from now on. It must not throw. */
export function observeLog(observer: Observer): void {
  observers.push(observer);
}

/** Writes one line of JSON, as an error where the operator should look. */
export function log(event: LogEvent): void {
  for (const observer of observers) observer(event);
  const line = JSON.stringify(event);
  if (ERRORS.has(event.event)) console.error(line);
  else console.log(line);
}
