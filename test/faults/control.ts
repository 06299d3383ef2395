import { faultyBucket } from "./bucket.ts";
import { CONTROL_PATH, type Counts, type Fault, type Orders, type Read } from "./fault.ts";

let faults: Fault[] = [];
let counts: Counts = {};
let shiftMs = 0;
let timerSpeed = 1;
let copies = false;

const clocks = [Date, performance];
for (const clock of clocks) {
  const now = clock.now.bind(clock);
  clock.now = () => now() + shiftMs;
}

const startTimer = globalThis.setTimeout;
globalThis.setTimeout = ((callback: (...args: unknown[]) => void, ms = 0, ...args: unknown[]) =>
  startTimer(callback, ms / timerSpeed, ...args)) as typeof setTimeout;

const cache = caches.default;
const isCopy = (key: RequestInfo | URL) =>
  new URL(key instanceof Request ? key.url : key).hostname.startsWith("blobs.");
const [match, put] = [cache.match.bind(cache), cache.put.bind(cache)];
/** A cache that never has or keeps blobs. All other entries work as usual. */
cache.match = async (key, options) => (copies || !isCopy(key) ? match(key, options) : undefined);
cache.put = async (key, response) => (copies || !isCopy(key) ? put(key, response) : void response.body?.cancel());

async function spoilCopy(bucket: R2Bucket, fault: Fault): Promise<void> {
  const object = await faultyBucket(bucket, () => fault).get(fault.key);
  const bytes = await object?.bytes();
  if (!bytes) throw new Error(`The bucket has no ${fault.key}.`);
  const url = `https://blobs.bertweet-edge.invalid/${fault.key.replace("blobs/", "")}`;
  await put(url, new Response(bytes, { headers: { "Cache-Control": "max-age=3600" } }));
}

/** The bindings of the Worker, with this isolate's faults in front of its bucket. */
export function withFaults<T extends { MODELS: R2Bucket }>(env: T): T {
  return { ...env, MODELS: faultyBucket(env.MODELS, takeFault, countBytes) };
}

/** Executes a request to the control path and answers with the counts; undefined for every other path. */
export async function control(request: Request, bucket: R2Bucket): Promise<Response | undefined> {
  if (new URL(request.url).pathname !== CONTROL_PATH) return undefined;
  const orders = request.method === "POST" ? ((await request.json()) as Orders) : {};
  faults = orders.faults ?? faults;
  shiftMs += orders.shiftClockMs ?? 0;
  timerSpeed = orders.timerSpeed ?? timerSpeed;
  copies = orders.copies ?? copies;
  if (orders.spoilCopy) await spoilCopy(bucket, orders.spoilCopy);
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
