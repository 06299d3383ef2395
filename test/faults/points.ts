import { BLOBS, DOUBLES } from "../../src/http/metrics/data-point.ts";
import { POINTS_PATH } from "./fault.ts";

/** A data point by the names of its columns. */
type NamedPoint = Record<(typeof BLOBS)[number], string> & Record<(typeof DOUBLES)[number], number>;

/** The points that test/faults/points_worker.ts has seen since the last look. @param get asks that Worker */
export async function takePoints(get: (path: string) => Promise<{ json(): Promise<unknown> }>): Promise<NamedPoint[]> {
  const written = (await (await get(POINTS_PATH)).json()) as { blobs: string[]; doubles: number[] }[];
  return written.map(
    ({ blobs, doubles }) =>
      Object.fromEntries([
        ...BLOBS.map((name, index) => [name, blobs[index]]),
        ...DOUBLES.map((name, index) => [name, doubles[index]]),
      ]) as NamedPoint,
  );
}

/** The value of a sample of Prometheus' format, by its name and labels as they are written. */
export function sampleOf(text: string, sample: string): number | undefined {
  const line = text.split("\n").find((each) => each.startsWith(`${sample} `));
  return line === undefined ? undefined : Number(line.slice(sample.length + 1));
}
