/** A call of R2 that fails. */
export interface Fault {
  /** The call: `WHO: BINDING.method key`, with `ID` for a job's id and `N` for the number of a chunk or part. */
  call: string;
  /** Whether the bucket has done what it was asked for when its answer is lost. */
  after: boolean;
  /** Calls that still fail. */
  times: number;
}

/** What the tests tell the Worker of the jobs. Absent members change nothing. */
export interface Orders {
  /** In place of those before. The state begins anew. */
  faults?: Fault[];
  /** Every message is sent twice, the last first. */
  twice?: boolean;
  /** No message can be sent. */
  held?: boolean;
  /** The consumer is killed before or after it has put a part, so many times. */
  kills?: { when: "before" | "after"; times: number };
  /** A call of the consumer has no time for more than a row. */
  hurried?: boolean;
  /** Every message is consumed twice at the same time, by calls that end their parts elsewhere. */
  rivals?: boolean;
  /** Chunks that can't be put, nor any part of them. */
  poisoned?: number[];
  /** How many times larger than usual chunks, parts and a call's share are. */
  scale?: number;
}

/** What happened since faults were ordered last. */
export interface State {
  /** Calls of R2 in their order. */
  calls: string[];
  /** Messages that came, as JSON. */
  deliveries: { body: string; attempts: number }[];
  faults: Fault[];
}
