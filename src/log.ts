/**
 * All events that the service logs, one line of JSON each. No event may hold a text, a key or anything else that a user sent. New
 * kinds are added here, so that this file shows everything that can be logged.
 */
export type LogEvent =
  /** Which engine will run a version in this isolate, and why. Logged once, before the first load. */
  | { event: "engine-chosen"; model: string; version: string; engine: string; reason: string }
  /** A model is ready to answer in this isolate. `ms` says when each step of the load ended. */
  | {
      event: "model-loaded";
      model: string;
      version: string;
      engine: string;
      ms: Readonly<Record<string, number>>;
      /** Estimated memory of the model. */
      bytes: number;
      wasmMemoryBytes: number;
    }
  /** Layers of a model are ready in an isolate that serves no HTTP requests itself. */
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
  /** A version could not be loaded or failed its check. It is tried again in `retryInMs`. */
  | { event: "version-refused"; model: string; version: string; reason: string; retryInMs: number }
  /** The rest of a model's word table could not be read into memory in the background. Answers fetch rows from the bucket meanwhile. */
  | { event: "words-missing"; model: string; version: string; reason: string; retryInMs: number }
  /** The pointer could not be read again. The last known version continues to answer. */
  | { event: "refresh-failed"; model: string; reason: string; retryInMs: number }
  /**
   * The service refused a request or a line of a stream: it had no capacity, the client had no access, or the service failed. At most
   * one line a second for each kind of failure. `leftOut` counts the failures since the last line.
   */
  | {
      event: "request-refused";
      requestId: string;
      /** The template that the path fits, such as `/v1/:task`; of a call over a service binding its method, `rpc:predict`. */
      route: string;
      failure: string;
      reason: string | undefined;
      leftOut: number;
    }
  /** A request's data point could not be written. The request was answered anyway. At most one line a second. */
  | { event: "metrics-failed"; requestId: string; causes: string[]; leftOut: number }
  /** A chunk of a job could not be answered. It is tried again, or given up after some attempts. */
  | { event: "chunk-failed"; job: string; run: number; chunk: number; attempts: number; causes: string[] }
  /** No attempt could answer a chunk of a job. The others go on. */
  | { event: "chunk-given-up"; job: string; run: number; chunk: number }
  /** A run of a job is over. */
  | { event: "job-ended"; job: string; run: number; state: string }
  /** A thread of `bertweet-edge serve` ended. Another takes its place in `retryInMs`. */
  | { event: "thread-ended"; thread: string; reason: string; retryInMs: number }
  /** A defect: the error with all its causes. */
  | { event: "unexpected-error"; requestId: string; causes: string[] };

const ERRORS: ReadonlySet<LogEvent["event"]> = new Set([
  "version-refused",
  "refresh-failed",
  "words-missing",
  "unexpected-error",
  "chunk-given-up",
  "metrics-failed",
  "thread-ended",
]);

type Observer = (event: LogEvent) => void;

const observers: Observer[] = [];

/** Lets an observer see every event from now on. It must not throw. */
export function observeLog(observer: Observer): void {
  observers.push(observer);
}

/** Writes one line of JSON, with `console.error` for events that need the operator's attention. */
export function log(event: LogEvent): void {
  for (const observer of observers) observer(event);
  const line = JSON.stringify(event);
  if (ERRORS.has(event.event)) console.error(line);
  else console.log(line);
}
