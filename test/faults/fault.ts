/** Which of the bucket's reads: `head`, a `get` of a whole object, or a `get` of a range. */
export type Read = "head" | "get" | "range";

/** Kinds of faults. `head` is affected by missing objects, errors, hangs and delays; the other kinds damage bodies. */
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
  /** The call answers after `delayMs`, and its bytes come at that rate, which with `shared` all bodies of one rate have together. */
  | { kind: "slow"; delayMs?: number; bytesPerSecond?: number; shared?: true };

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

/** The path that sets the faults. No route of the service has it. */
export const CONTROL_PATH = "/__faults";

/** The path on which test/faults/points_worker.ts returns the written data points. */
export const POINTS_PATH = "/__points";

/** A request to the control path. Absent members change nothing. */
export interface Orders {
  /** Replaces the faults before. If several match a read, the first one applies. */
  faults?: Fault[];
  /** Moves the isolate's clock forward. */
  shiftClockMs?: number;
  /** Lets timers that are started from now on end so many times sooner; those of the faults themselves keep their time. */
  timerSpeed?: number;
  resetCounts?: true;
  /** Whether blobs are copied to the data centre's cache and found there; at first they are not, so that every read meets its fault. */
  copies?: boolean;
  /** Puts this under a blob's copy, whatever lies there: the object of that key with the fault in it. */
  spoilCopy?: Fault;
}
