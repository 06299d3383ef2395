import type { LogEvent } from "../../log.ts";

/** What is known about an answered request. It must hold nothing that a user wrote. */
export interface RequestFacts {
  /** A task's full name in the manifest, or the name of a route or pipeline. */
  task?: string;
  model?: string;
  version?: string;
  engine?: string;
  /** The result of the answer cache: `hit`, `validator`, `stored`, `collapsed` or `bypass`. */
  cache?: string;
  /** Tokens and passes of the encoder, and mask predictions; absent if nothing was computed. */
  tokens?: number;
  windows?: number;
  predictions?: number;
  /** Milliseconds spent waiting for a turn. */
  queueMs?: number;
  /** The kind of failure, if the answer is a problem. */
  failure?: string;
  /** Answered lines of a stream, and error lines by their kind of failure. */
  lines?: number;
  failedLines?: Record<string, number>;
}

/** A finished request. */
export interface RequestRecord extends RequestFacts {
  /** The route's template, such as `/v1/:task`; `other` if no route matches; `rpc:` and the method of a call over a service binding. */
  route: string;
  /** GET, HEAD, POST or OPTIONS, else `other`; RPC for a call over a service binding. */
  method: string;
  status: number;
  /** `ok`, or the kind of failure. */
  outcome: string;
  /** From the request's arrival to its response, or to the end of its stream, by the isolate's clock. */
  totalMs: number;
}

/** Log events of models and their pointers that are counted like requests. */
const MODEL_EVENTS = [
  "model-loaded",
  "stage-loaded",
  "version-taken-over",
  "version-refused",
  "refresh-failed",
] as const satisfies LogEvent["event"][];

export type ModelEvent = Extract<LogEvent, { event: (typeof MODEL_EVENTS)[number] }>;

export function isModelEvent(event: LogEvent): event is ModelEvent {
  return (MODEL_EVENTS as readonly string[]).includes(event.event);
}

/** Where records and events go. */
export interface MetricsSink {
  request(record: RequestRecord): void;
  event(event: ModelEvent): void;
}
