import type { LogEvent } from "../../log.ts";

/** What is known of a request once it is answered. Nothing that a user wrote may be among it. */
export interface RequestFacts {
  /** A task's full name in the manifest, or the name of a route or pipeline. */
  task?: string;
  model?: string;
  version?: string;
  engine?: string;
  /** What became of it in the answer cache: `hit`, `validator`, `stored`, `collapsed` or `bypass`. */
  cache?: string;
  /** Tokens and passes of the encoder, and predictions of masks; absent where nothing was computed. */
  tokens?: number;
  windows?: number;
  predictions?: number;
  /** Milliseconds spent waiting for a turn. */
  queueMs?: number;
  /** The kind of failure that it was answered with. */
  failure?: string;
  /** Lines of a stream that were answered, and those that were answered by an error line, by the kind of failure. */
  lines?: number;
  failedLines?: Record<string, number>;
}

/** A request that is over. */
export interface RequestRecord extends RequestFacts {
  /** The template that the path fits, such as `/v1/:task`; `other` where no route has it. */
  route: string;
  /** GET, HEAD, POST or OPTIONS, else `other`. */
  method: string;
  status: number;
  /** `ok`, or the kind of failure. */
  outcome: string;
  /** From the request's arrival to its response, or to the end of its stream, by the isolate's clock. */
  totalMs: number;
}

/** Events that are counted beside the requests: what became of models and their pointers. */
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
