import type { Figures } from "../memory/isolates.ts";
import { quantile } from "../metrics.ts";

/** Times in milliseconds of the answers in an interval, by outcome. */
export class Tally {
  readonly admitted: number[] = [];
  readonly refused: number[] = [];
  readonly health: number[] = [];
  /** Errors in words, and how often each happened. */
  readonly wrong = new Map<string, number>();

  addWrong(what: string): void {
    this.wrong.set(what, (this.wrong.get(what) ?? 0) + 1);
  }

  add(other: Tally): void {
    for (const name of ["admitted", "refused", "health"] as const) for (const ms of other[name]) this[name].push(ms);
    for (const [what, count] of other.wrong) this.wrong.set(what, (this.wrong.get(what) ?? 0) + count);
  }

  /** One line for a reader. @param seconds that the interval took */
  describe(seconds: number, memory: Figures | undefined): string {
    const rate = (times: readonly number[]) => `${(times.length / seconds).toFixed(1)}/s`;
    const parts = [
      `admitted ${rate(this.admitted)} (p50 ${milliseconds(this.admitted, 0.5)}, p99 ${milliseconds(this.admitted, 0.99)})`,
      `refused ${rate(this.refused)} (p50 ${milliseconds(this.refused, 0.5)}, p99 ${milliseconds(this.refused, 0.99)})`,
      `/healthz p50 ${milliseconds(this.health, 0.5)}, p99 ${milliseconds(this.health, 0.99)}`,
    ];
    if (memory) parts.push(`memory ${(memory.sum / 2 ** 20).toFixed(0)} MB`);
    for (const [what, count] of this.wrong) parts.push(`${count} x ${what}`);
    return parts.join("; ");
  }
}

function milliseconds(times: readonly number[], share: number): string {
  return times.length === 0 ? "-" : `${quantile(times, share).toFixed(0)} ms`;
}
