/** A contestant: does its work once and answers the milliseconds that it took, or those of one of many runs. */
export type Contestant = () => Promise<number>;

export interface Rounds {
  rounds: number;
  /** Rounds before them that don't count; V8 compiles hot WebAssembly a second time, for speed, while they run. */
  warmUp: number;
}

/**
 * Lets contestants take turns, so that whatever else the machine does meets them all alike.
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
