import type { Plan } from "../plan/plan_isolates.ts";
import type { Phase } from "./measure.ts";

/** Cloudflare's limit for one isolate, in bytes: https://developers.cloudflare.com/workers/platform/limits/#memory */
export const ISOLATE_LIMIT_BYTES = 128 * 2 ** 20;

/** The largest memory of any isolate at any time, in bytes. */
export function largestSum(phases: readonly Phase[]): number {
  return Math.max(...phases.flatMap(({ isolates }) => isolates.map(({ sum }) => sum)));
}

/** Megabytes of 2^20 bytes: a table for each isolate, and one for the process. */
export function describePhases(phases: readonly Phase[], plan: Plan): string {
  return [...plan.isolates.map((_, index) => isolateTable(phases, plan, index)), processTable(phases)].join("\n\n");
}

function isolateTable(phases: readonly Phase[], { isolates }: Plan, index: number): string {
  const planned = isolates[index];
  const rows = phases.map(({ name, isolates }) => {
    const figures = isolates[index];
    return row([name, ...[figures?.wasm, figures?.buffers, figures?.heap, figures?.sum].map(megabytes)]);
  });
  const { first, end } = planned?.range ?? {};
  const title = `Isolate ${index + 1}, layers ${first} to ${Number(end) - 1}, planned with ${megabytes(planned?.bytes)} MB at most:`;
  return [
    `${title}\n`,
    row(["MB", "WebAssembly", "ArrayBuffers", "JS heap", "sum"]),
    "|---|---|---|---|---|",
    ...rows,
  ].join("\n");
}

function processTable(phases: readonly Phase[]): string {
  const rows = phases.map(({ name, process, watched }) =>
    row([
      name,
      ...[process.resident, process.peak, process.code].map(megabytes),
      watched ? `${watched.reads}` : "",
      watched ? `${Math.round(watched.longestGapMs)}` : "",
    ]),
  );
  return [
    "workerd as a whole, with its own code and miniflare's R2 and caches:\n",
    row(["MB", "resident", "most so far in the phase", "compiled code", "reads of each isolate", "longest wait, ms"]),
    "|---|---|---|---|---|---|",
    ...rows,
  ].join("\n");
}

function row(cells: readonly string[]): string {
  return `| ${cells.join(" | ")} |`;
}

function megabytes(bytes: number | undefined): string {
  return (Number(bytes) / 2 ** 20).toFixed(1);
}
