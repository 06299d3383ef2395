import { faultyBucket } from "./bucket.ts";
import { CONTROL_PATH, type Counts, type Fault, type Orders, type Read } from "./fault.ts";

let faults: Fault[] = [];
let counts: Counts = {};
let shiftMs = 0;
let timerSpeed = 1;

const clocks = [Date, performance];
for (const clock of clocks) {
  const now = clock.now.bind(clock);
  clock.now = () => now() + shiftMs;
}

const startTimer = globalThis.setTimeout;
globalThis.setTimeout = ((callback: (...args: unknown[]) => void, ms = 0, ...args: unknown[]) =>
  startTimer(callback, ms / timerSpeed, ...args)) as typeof setTimeout;

/** The bindings of the Worker, with this isolate's faults in front of its bucket. */
export function withFaults<T extends { MODELS: R2Bucket }>(env: T): T {
  return { ...env, MODELS: faultyBucket(env.MODELS, takeFault, countBytes) };
}

/** Follows the orders of a request to the control path and answers with the counts; undefined for every other path. */
export async function control(request: Request): Promise<Response | undefined> {
  if (new URL(request.url).pathname !== CONTROL_PATH) return undefined;
  const orders = request.method === "POST" ? ((await request.json()) as Orders) : {};
  faults = orders.faults ?? faults;
  shiftMs += orders.shiftClockMs ?? 0;
  timerSpeed = orders.timerSpeed ?? timerSpeed;
  const answer = Response.json(counts);
  if (orders.resetCounts) counts = {};
  return answer;
}

function takeFault(key: string, read: Read): Fault | undefined {
  countsOf(key).calls++;
  const fault = faults.find(
    (each) => key.startsWith(each.key) && (each.reads?.includes(read) ?? true) && each.calls !== 0,
  );
  if (fault?.calls) fault.calls--;
  return fault;
}

function countBytes(key: string, bytes: number): void {
  countsOf(key).bytes += bytes;
}

function countsOf(key: string): Counts[string] {
  counts[key] ??= { calls: 0, bytes: 0 };
  return counts[key];
}
