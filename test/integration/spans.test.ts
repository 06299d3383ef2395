import { expect, test } from "vitest";
import { workerWith } from "../faults/service.ts";
import type { SeenSpan } from "../faults/tail_worker.ts";
import { startService } from "./service.ts";

const TAIL = "tail";
const { config } = workerWith("test/faults/worker.ts", { ENGINE: "simd" });
const service = startService({
  seeded: true,
  workers: [
    {
      config: {
        ...(config as object),
        streaming_tail_consumers: [{ service: TAIL }],
        observability: { enabled: true, traces: { enabled: true } },
      } as never,
    },
    {
      config: {
        name: TAIL,
        main: "test/faults/tail_worker.ts",
        compatibility_date: "2026-11-17",
        compatibility_flags: ["experimental"],
      },
    },
  ],
});

interface Span {
  name: string;
  attributes: Record<string, unknown>;
}

/** The spans so far, in the order in which they began. */
function spansSoFar(): Span[] {
  const spans = new Map<string, Span>();
  for (const { message } of service.logs()) {
    const seen = JSON.parse(message) as SeenSpan | { event: string };
    if ("name" in seen) spans.set(seen.span, { name: seen.name, attributes: {} });
    else if ("attributes" in seen) Object.assign(spans.get(seen.span)?.attributes ?? {}, seen.attributes);
  }
  return [...spans.values()];
}

const attributesOf = (spans: Span[], name: string) =>
  spans.filter((span) => span.name === name).map(({ attributes }) => attributes);

test("a load, its steps, the tokenizer and each pass are spans, and none holds the text", async () => {
  const text = "my-secret-words";
  const texts = [text, `${text} again`];
  for (let n = 0; n < 2; n++) expect((await service.post("/v1/sentiment", { texts })).status).toBe(200);
  // The tail is told a little later, and of two requests in any order.
  await expect.poll(() => attributesOf(spansSoFar(), "cache")).toHaveLength(1);
  await expect.poll(() => attributesOf(spansSoFar(), "tokenize")[0]).toHaveProperty("windows");
  await expect.poll(() => attributesOf(spansSoFar(), "pass").at(-1)).toHaveProperty("layers");
  const spans = spansSoFar();
  expect(attributesOf(spans, "cache")).toEqual([{ cache: "none" }]); // the second answer comes from memory, without a span
  for (const step of ["encoder", "tokenizer", "tensors", "words", "proof"])
    expect(attributesOf(spans, `load ${step}`), step).toEqual([{}]);
  const version = expect.stringMatching(/^[0-9a-f]{64}$/);
  expect(attributesOf(spans, "load")).toEqual([{ model: "bertweet-mini", engine: "simd", version }]);
  expect(attributesOf(spans, "tokenize")).toEqual([{ texts: 2, windows: 2, tokens: expect.any(Number) }]);
  const passes = attributesOf(spans, "pass");
  expect(passes).toEqual(passes.map(() => ({ tokens: expect.any(Number), layers: expect.any(Number) })));
  expect(JSON.stringify(service.logs())).not.toContain(text);
});
