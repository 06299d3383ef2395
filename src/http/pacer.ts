import { LOG_PAUSE_MS } from "../limits.ts";

/** Asks whether a line of that kind may be written now. @returns how many were left out since the last one; undefined: leave this one out */
export type Pacer = (kind: string) => number | undefined;

/** Lets one line of each kind through in LOG_PAUSE_MS. There must be few kinds. */
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
