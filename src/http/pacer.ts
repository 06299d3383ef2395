import { LOG_PAUSE_MS } from "../limits.ts";

/** Asks whether to write a log line of a kind now. @returns the number of skipped lines since the last one, or undefined to skip this one */
export type Pacer = (kind: string) => number | undefined;

/** Allows one line of each kind per LOG_PAUSE_MS. The number of kinds must be small. */
export function createPacer(now: () => number = Date.now): Pacer {
  const kinds = new Map<string, { writtenAt: number; leftOut: number }>();
  return (kind) => {
    const last = kinds.get(kind);
    if (last && now() - last.writtenAt < LOG_PAUSE_MS) {
      last.leftOut++;
      return undefined;
    }
    kinds.set(kind, { writtenAt: now(), leftOut: 0 });
    return last?.leftOut ?? 0;
  };
}
