/** What a simulated run depends on. Times in seconds. */
export interface World {
  /** Rows of the input. */
  lines: number;
  lineBytes: number;
  tokensPerLine: number;
  cpuPerToken: number;
  /** Calls of consumers at once. */
  consumers: number;
  chunkBytes: number;
  maxChunks: number;
  /** Tokens after which a call hands the rest of its chunk on, and after which it puts a part. */
  callTokens: number;
  partTokens: number;
  /** Tokens that a row counts for beside its own. */
  rowTokens: number;
  /** Medians of R2's calls, and how far they scatter (sigma of a log-normal distribution). */
  r2Read: number;
  r2Write: number;
  r2Sigma: number;
  /** Until a new isolate has its model. */
  load: number;
  /** Share of calls that land in a new isolate, of calls that fail, and of calls on a slow machine, with its factor. */
  newIsolates: number;
  failures: number;
  stragglers: number;
  stragglerFactor: number;
  /** Pause before the first retry, which doubles, and the longest. */
  retryFirst: number;
  retryMost: number;
  /** A message that waits is delivered after so long. */
  delivery: number;
  /** Until the number of calls at once doubles, from one. */
  rampDoubles: number;
  /** A look of the Workflow: the part of the time that has passed, and the bounds. */
  poll: { share: number; least: number; most: number };
  /** Until all messages are sent: a page of chunks. */
  sendPage: number;
  pageChunks: number;
}

export interface Outcome {
  chunks: number;
  calls: number;
  /** Calls that had to be made again. */
  failed: number;
  /** From the submission to the manifest. */
  seconds: number;
  /** Until the last chunk but a hundredth was done. */
  almostAll: number;
  /** Of all calls. */
  cpuSeconds: number;
  /** R2's calls: writes and lists, and reads. */
  writes: number;
  reads: number;
  /** Share of the time of all consumers, from the first to the last call, in which they computed. */
  used: number;
}

/** A call of a consumer that is to begin. */
interface Waiting {
  at: number;
  /** Rows of its chunk that are left. */
  rows: number;
  attempt: number;
}

/**
 * A job as a list of events: chunks wait in a queue, consumers take them as they become free, calls fail and come again, and what is left
 * of a chunk waits behind all others.
 */
export function simulate(world: World, chance: () => number): Outcome {
  const bytes = world.lines * world.lineBytes;
  const chunkBytes = Math.max(world.chunkBytes, Math.ceil(bytes / (world.maxChunks - 1)));
  const chunks = Math.ceil(bytes / chunkBytes);
  const rowsPerChunk = world.lines / chunks;
  const perRow = world.tokensPerLine + world.rowTokens;
  const logNormal = (median: number) => median * Math.exp(world.r2Sigma * normal(chance));

  const queue = heap<Waiting>(({ at }) => at);
  for (let index = 0; index < chunks; index++) {
    const page = Math.floor(index / world.pageChunks) + 1;
    queue.push({ at: page * world.sendPage + world.delivery, rows: rowsPerChunk, attempt: 1 });
  }
  const free = heap<number>((at) => at);
  const firstAt = world.sendPage + world.delivery;
  for (let consumer = 0; consumer < Math.min(world.consumers, chunks); consumer++)
    free.push(firstAt + Math.log2(consumer + 1) * world.rampDoubles);

  const doneAt: number[] = [];
  const counted = { calls: 0, failed: 0, cpuSeconds: 0, writes: 1 + 2 * chunks, reads: 3 };
  let busy = 0;
  for (let next = queue.pop(); next; next = queue.pop()) {
    const begin = Math.max(next.at, free.pop() as number);
    const rows = Math.min(next.rows, world.callTokens / perRow);
    const parts = Math.ceil((rows * perRow) / world.partTokens);
    const isSlow = chance() < world.stragglers;
    const cpu = rows * world.tokensPerLine * world.cpuPerToken * (isSlow ? world.stragglerFactor : 1);
    let io = chance() < world.newIsolates ? world.load : 0;
    for (let read = 0; read < 4; read++) io += logNormal(world.r2Read); // specification, stop, parts, range
    for (let part = 0; part < parts; part++) io += logNormal(world.r2Write) + logNormal(world.r2Read);
    const fails = chance() < world.failures;
    const share = fails ? chance() : 1;
    const end = begin + share * (cpu + io);
    counted.calls++;
    counted.cpuSeconds += share * cpu;
    counted.writes += Math.floor(share * parts);
    counted.reads += 4 + Math.floor(share * parts);
    busy += share * cpu;
    free.push(end);
    const keeps = fails ? (Math.floor(share * parts) / parts) * rows : rows;
    const left = next.rows - keeps;
    if (fails) counted.failed++;
    if (left > 0.5) {
      const pause = fails ? Math.min(world.retryMost, world.retryFirst * 2 ** (next.attempt - 1)) : 0;
      queue.push({ at: end + pause + world.delivery, rows: left, attempt: fails ? next.attempt + 1 : 1 });
    } else doneAt.push(end);
  }
  doneAt.sort((a, b) => a - b);
  const last = doneAt.at(-1) ?? 0;
  let look = 0;
  while (look < last) look += Math.min(world.poll.most, Math.max(world.poll.least, Math.ceil(look * world.poll.share)));
  return {
    chunks,
    ...counted,
    seconds: look + logNormal(world.r2Write),
    almostAll: doneAt[Math.floor(0.99 * (doneAt.length - 1))] ?? 0,
    used: busy / (Math.min(world.consumers, chunks) * (last - firstAt)),
  };
}

/** A number of the standard normal distribution (Box and Muller). */
function normal(chance: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - chance())) * Math.cos(2 * Math.PI * chance());
}

/** A binary heap: the item with the least number comes first. */
function heap<T>(numberOf: (item: T) => number) {
  const items: T[] = [];
  const isLess = (a: number, b: number) => numberOf(items[a] as T) < numberOf(items[b] as T);
  const swap = (a: number, b: number) => {
    [items[a], items[b]] = [items[b] as T, items[a] as T];
  };
  return {
    push(item: T): void {
      let at = items.push(item) - 1;
      for (let up = (at - 1) >> 1; at > 0 && isLess(at, up); up = (at - 1) >> 1) {
        swap(at, up);
        at = up;
      }
    },
    pop(): T | undefined {
      if (items.length === 0) return undefined;
      swap(0, items.length - 1);
      const first = items.pop();
      for (let at = 0; ; ) {
        const [left, right] = [2 * at + 1, 2 * at + 2];
        let least = at;
        if (left < items.length && isLess(left, least)) least = left;
        if (right < items.length && isLess(right, least)) least = right;
        if (least === at) return first;
        swap(at, least);
        at = least;
      }
    },
  };
}
