import { readFile } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import { workerWith } from "../faults/service.ts";
import type { SeenSpan } from "../faults/tail_worker.ts";
import { startService } from "./service.ts";

const { texts: parity } = JSON.parse(await readFile("test/fixtures/parity/parity.json", "utf8")) as {
  texts: { text: string }[];
};
const TEXTS = parity.slice(0, 40).map(({ text }) => text);

interface Classification {
  label: string;
  score: number;
  scores: { label: string; score: number }[];
}

const TAIL = "tail";
const traced = {
  streaming_tail_consumers: [{ service: TAIL }],
  observability: { enabled: true, traces: { enabled: true } },
};
const { config } = workerWith("test/faults/worker.ts", { ENGINE: "simd" });
const tail = { name: TAIL, main: "test/faults/tail_worker.ts", compatibility_date: "2026-11-17" };
const service = startService({
  seeded: true,
  workers: [
    { config: { ...(config as object), ...traced } as never },
    { config: { ...tail, compatibility_flags: ["experimental"] } },
  ],
});
const json = async <T>(path: string, body: unknown) => (await service.post(path, body)).json() as Promise<T>;

/** How many layers each pass took so far. */
function layersSoFar(): number[] {
  return service.logs().flatMap(({ message }) => {
    const seen = JSON.parse(message) as SeenSpan | { attributes?: { layers?: number } };
    return "attributes" in seen && typeof seen.attributes?.layers === "number" ? [seen.attributes.layers] : [];
  });
}

async function layersOf(ask: () => Promise<unknown>, passes: number): Promise<number[]> {
  const before = layersSoFar().length;
  await ask();
  await expect.poll(() => layersSoFar().length - before, { timeout: 10_000 }).toBe(passes);
  return layersSoFar().slice(before);
}

describe("exits of sentiment", () => {
  test("are taken by most texts, and by none where another task reads on", async () => {
    await json("/v1/irony", { text: "loaded" }); // and proven
    await expect.poll(() => layersSoFar().length, { timeout: 10_000 }).toBeGreaterThanOrEqual(3);
    const alone = await layersOf(() => json("/v1/sentiment", { texts: TEXTS }), TEXTS.length);
    expect(new Set(alone)).toEqual(new Set([2, 3, 6]));
    expect(alone.filter((layers) => layers < 6).length).toBeGreaterThan(TEXTS.length / 2);
    for (const tasks of [["irony"], ["sentiment", "irony"], ["sentiment", "pos"]])
      expect(new Set(await layersOf(() => json("/v1/analyze", { texts: TEXTS, tasks }), TEXTS.length))).toEqual(
        new Set([6]),
      );
    const analyzed = await layersOf(() => json("/v1/analyze", { texts: TEXTS, tasks: ["sentiment"] }), TEXTS.length);
    expect(analyzed).toEqual(alone);
  });

  test("a text gets the same answer alone, in a batch, in analyze, in a stream and in an explanation", async () => {
    const { results: batch } = await json<{ results: Classification[] }>("/v1/sentiment", { texts: TEXTS });
    const analyze = { texts: TEXTS, tasks: ["sentiment", "pos", "irony"] };
    const { results } = await json<{ results: { results: { sentiment: Classification } }[] }>("/v1/analyze", analyze);
    const lines = TEXTS.map((text) => JSON.stringify({ text })).join("\n");
    const streaming = await service.post("/v1/sentiment/stream", lines, { "Content-Type": "application/x-ndjson" });
    const streamed = (await streaming.text()).trim().split("\n");
    for (const [index, text] of TEXTS.entries()) {
      const alone = await json<Classification>("/v1/sentiment", { text });
      expect(batch[index]).toEqual(alone);
      expect(alone).toMatchObject(results[index]?.results.sentiment as Classification);
      expect(JSON.parse(streamed[index] as string)).toEqual({ line: index + 1, ...alone });
    }
    for (const [index, text] of TEXTS.slice(0, 8).entries()) {
      const { label, score } = batch[index] as Classification;
      expect(await json("/v1/sentiment/explain", { text })).toMatchObject({ label, score });
    }
  });

  test("a text in windows is read to the last layer", async () => {
    const text = "what a lovely day ".repeat(60);
    const layers = await layersOf(() => json("/v1/sentiment", { text, truncation: "window" }), 3);
    expect(layers).toEqual([6, 6, 6]);
    expect(await layersOf(() => json("/v1/sentiment", { text, truncation: "truncate" }), 1)).not.toEqual([6]);
  });
});

describe("ONNX Runtime", () => {
  const ort = startService({ seeded: true, vars: { ENGINE: "ort" } });

  test("takes no exit, and gives nearly all texts the same label", async () => {
    const ask = async (post: typeof ort.post) =>
      ((await (await post("/v1/sentiment", { texts: TEXTS })).json()) as { results: Classification[] }).results;
    const [one, other] = [await ask(ort.post), await ask(service.post)];
    const same = one.filter(({ label }, index) => label === other[index]?.label);
    expect(same.length).toBeGreaterThanOrEqual(TEXTS.length - 2);
  });
});
