/** The first and the longest pause. */
export interface PauseLimits {
  first: number;
  most: number;
}

/** The pause between two attempts, in milliseconds. It doubles with each failure and ends with a success. */
export interface Pause {
  /** Rest of the pause; 0 if the next attempt may begin. */
  leftMs(): number;
  /** Begins a pause after a failure. @returns its length */
  begin(): number;
  end(): void;
}

/** Each pause is shortened at random by up to a quarter, so that isolates that failed together do not retry together. */
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
