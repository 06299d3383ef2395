/** Which of the bucket's reads: `head`, a `get` of a whole object, or a `get` of a range. */
export type Read = "head" | "get" | "range";

/** What the bucket does wrong. `head` is told of an object that is missing, throws, hangs or is slow; the other kinds damage bodies. */
type Kind =
  /** There is no such object. */
  | { kind: "missing" }
  /** The object has no bytes. */
  | { kind: "empty" }
  /** The bytes come twice. */
  | { kind: "doubled" }
  /** One bit of the byte number `afterBytes` is another. */
  | { kind: "flipped"; afterBytes?: number }
  /** The body ends after so many bytes. */
  | { kind: "truncated"; afterBytes?: number }
  /** The body throws after so many bytes. */
  | { kind: "reset"; afterBytes?: number }
  /** Without `afterBytes` the call itself never settles, else the body stops after so many bytes. */
  | { kind: "hanging"; afterBytes?: number }
  /** The call throws. */
  | { kind: "throwing" }
  /** The call answers after `delayMs`, and its bytes come at that rate. */
  | { kind: "slow"; delayMs?: number; bytesPerSecond?: number };

/** A fault of the bucket. Where `afterBytes` is optional and left out for a body, half of the body is meant. */
export type Fault = Kind & {
  /** The object's key, or the beginning of several objects' keys; "" is every object. */
  key: string;
  /** By default all. */
  reads?: Read[];
  /** The fault ends after so many calls; by default it stays until it is cleared. */
  calls?: number;
};

/** Reads since the last reset, by key. `bytes` are those that were asked for, whether or not they came. */
export type Counts = Record<string, { calls: number; bytes: number }>;

/** The path that the faults are told on. No route of the service has it. */
export const CONTROL_PATH = "/__faults";

/** The path on which test/faults/points_worker.ts tells the data points that were written. */
export const POINTS_PATH = "/__points";

/** What the control path takes. What is left out stays as it was. */
export interface Orders {
  /** In place of those before; of several that fit a read, the first counts. */
  faults?: Fault[];
  /** Moves the isolate's clock forward. */
  shiftClockMs?: number;
  /** Lets timers that are started from now on end so many times sooner; those of the faults themselves keep their time. */
  timerSpeed?: number;
  resetCounts?: true;
}
