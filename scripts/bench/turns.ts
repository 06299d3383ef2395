/** A contestant: does its work once, or many times, and returns the milliseconds of one run. */
export type Contestant = () => Promise<number>;

export interface Rounds {
  rounds: number;
  /** Warm-up rounds that don't count. V8 optimizes hot WebAssembly during them. */
  warmUp: number;
}

/**
 * Lets contestants take turns, so that other work on the machine affects all of them equally.
 *
 * @returns the times of each, in the order of the rounds
 */
export async function takeTurns(
  contestants: ReadonlyMap<string, Contestant>,
  { rounds, warmUp }: Rounds,
): Promise<Map<string, number[]>> {
  const times = new Map([...contestants.keys()].map((name) => [name, [] as number[]]));
  for (let round = -warmUp; round < rounds; round++)
    for (const [name, run] of contestants) {
      const ms = await run();
      if (round >= 0) times.get(name)?.push(ms);
    }
  return times;
}

/** Milliseconds that `work` takes. */
export async function clock(work: () => unknown): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}
