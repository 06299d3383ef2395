/** How pauses grow: the first, and the longest. */
export interface PauseLimits {
  first: number;
  most: number;
}

/** The pause between two tries, in milliseconds. It doubles with each failure and ends with a success. */
export interface Pause {
  /** What is left of it; 0 when the next try may begin. */
  leftMs(): number;
  /** Begins after a failure. @returns how long it takes */
  begin(): number;
  end(): void;
}

/** Up to a quarter of each pause is left out at random, so that isolates which failed together do not try again together. */
const JITTER = 0.25;

export function createPause({ first, most }: PauseLimits, now = Date.now, random = Math.random): Pause {
  let failures = 0;
  let until = 0;
  return {
    leftMs: () => Math.max(0, until - now()),
    begin() {
      const grown = Math.min(most, first * 2 ** failures);
      failures++;
      const pause = Math.round(grown * (1 - JITTER * random()));
      until = now() + pause;
      return pause;
    },
    end() {
      failures = 0;
      until = 0;
    },
  };
}
