import type { JobsEnv } from "../../src/jobs/env.ts";
import JobsWorker, { JobRun } from "../../src/jobs/index.ts";
import type { CallLimits } from "../../src/jobs/price.ts";
import { control } from "../faults/control.ts";
import type { Fault, Orders, State } from "./orders.ts";

/** The Worker of the jobs with small chunks and parts, and faults in front of its real buckets and queue. */

const CHUNK_BYTES = 1_500;
const CALL_MS = 60_000;
/** Two or three rows a part, and two parts a call. */
const LIMITS = { call: 9e8, part: 4e8, partBytes: 4_000, callMs: CALL_MS };
const RIVAL_LIMITS = { call: 2e9, part: 6e8, partBytes: 9_000, callMs: CALL_MS };
/** A hurried call of a larger job, times its scale: else a job of 20,000 rows would take as many calls. */
const HURRIED_MS = 10;

let orders: Orders = {};
let state: State = { calls: [], deliveries: [], faults: [] };

function take(call: string, after: boolean): Fault | undefined {
  const fault = state.faults.find((each) => each.call === call && each.after === after && each.times > 0);
  if (fault) fault.times--;
  return fault;
}

const failure = () => new Error("We encountered an internal error. Please try again. (10001)");

/** The key, the prefix or nothing, from a call's first argument. */
function placeOf(first: unknown): string {
  if (typeof first === "string") return first;
  return Array.isArray(first) ? "" : (first as { prefix: string }).prefix;
}

/** A key without the names of a job, its output, and the numbers of chunks and parts. */
function nameless(place: string): string {
  return place
    .replace(/[0-9a-f]{32}/, "ID")
    .replace(/\d{13}-/, "TIME-")
    .replace(/^\d+\//, "FOLDER/")
    .replaceAll(/\d{6}/g, "N");
}

/** Who calls a bucket. */
interface Asker {
  name: "http" | "queue" | "workflow";
  /** Ends the call of the consumer. */
  kill?: () => void;
}

function faulty(binding: string, bucket: R2Bucket, asker: Asker): R2Bucket {
  return new Proxy(bucket, {
    get(target, method: string) {
      const real = Reflect.get(target, method, target) as (...args: unknown[]) => Promise<unknown>;
      return async (...args: unknown[]) => {
        const place = placeOf(args[0]);
        const call = `${asker.name}: ${binding}.${method} ${nameless(place)}`;
        state.calls.push(call);
        const killed = (when: string) => {
          const isPart = method === "put" && place.includes("/parts/");
          if (!isPart || orders.kills?.when !== when || orders.kills.times === 0) return;
          orders.kills.times--;
          asker.kill?.();
        };
        killed("before");
        const [, chunk] = /(?:parts|chunks)\/(\d+)(?:\.ndjson|\/\d+)$/.exec(place) ?? [];
        if (method === "put" && orders.poisoned?.includes(Number(chunk))) throw failure();
        if (take(call, false)) throw failure();
        const result = await real.apply(target, args);
        killed("after");
        if (take(call, true)) throw failure();
        return result;
      };
    },
  });
}

function faultyQueue(queue: JobsEnv["JOB_CHUNKS"]): JobsEnv["JOB_CHUNKS"] {
  return new Proxy(queue, {
    get(target, method) {
      if (method !== "sendBatch") return Reflect.get(target, method, target);
      return async (messages: MessageSendRequest[]) => {
        if (orders.held) throw failure();
        const sent = orders.twice ? [...messages, ...messages].reverse() : messages;
        return target.sendBatch(sent as never);
      };
    },
  });
}

function withFaults(env: JobsEnv, asker: Asker): JobsEnv {
  return {
    ...env,
    JOB_INPUT: faulty("JOB_INPUT", env.JOB_INPUT, asker),
    JOB_OUTPUT: faulty("JOB_OUTPUT", env.JOB_OUTPUT, asker),
    JOB_CHUNKS: faultyQueue(env.JOB_CHUNKS),
  };
}

/** Of the orders at this moment: there is an instance for each call. */
function scaled({ call, part, partBytes, callMs }: CallLimits): CallLimits {
  const { scale = 1, hurried } = orders;
  return {
    call: call * scale,
    part: part * scale,
    partBytes: partBytes * scale,
    callMs: hurried ? HURRIED_MS * (scale - 1) : callMs,
  };
}

class Rival extends JobsWorker {
  protected override readonly limits = scaled(RIVAL_LIMITS);
}

export default class FaultyJobs extends JobsWorker {
  protected override readonly limits = scaled(LIMITS);

  readonly #asker: Asker;

  constructor(context: ExecutionContext, env: JobsEnv) {
    const asker: Asker = { name: "http", kill: () => context.abort(new Error("killed")) };
    super(context, withFaults(env, asker));
    this.#asker = asker;
  }

  override async queue(batch: Parameters<JobsWorker["queue"]>[0]): Promise<void> {
    this.#asker.name = "queue";
    for (const { body, attempts } of batch.messages) state.deliveries.push({ body: JSON.stringify(body), attempts });
    const rival = orders.rivals && new Rival(this.ctx as ExecutionContext, this.env).queue(batch);
    await Promise.all([super.queue(batch), rival]);
  }

  /** Takes orders, and tells the state. */
  override async fetch(request: Request): Promise<Response> {
    const shifted = await control(request, this.env.MODELS);
    if (shifted) return shifted;
    const given = (await request.json()) as Orders;
    const told = Response.json(state);
    orders = { ...orders, ...given };
    if (given.faults) state = { calls: [], deliveries: [], faults: given.faults };
    return told;
  }
}

class FaultyRun extends JobRun {
  protected override readonly chunkBytes = CHUNK_BYTES * (orders.scale ?? 1);

  constructor(context: ExecutionContext, env: JobsEnv) {
    super(context, withFaults(env, { name: "workflow" }));
  }
}

export { FaultyRun as JobRun };
