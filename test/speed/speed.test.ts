import { afterAll, beforeAll, expect, test } from "vitest";
import { BUNDLE, classifyPath, type Service, startService } from "../../scripts/bench/service.ts";
import { type StageTimer, startStages } from "../../scripts/bench/stages.ts";
import { commonTexts } from "../../scripts/bench/texts.ts";
import { takeTurns } from "../../scripts/bench/turns.ts";

// Only ratios of one run, of contestants that take turns, and of the least that each took: what else the machine does makes
// single runs slower, never faster. The bounds lie well below what `npm run bench` sees.

let stages: StageTimer;
let service: Service;
beforeAll(async () => {
  stages = await startStages();
  service = await startService("simd");
});
afterAll(async () => {
  await stages.service.close();
  await service.close();
});

const least = (times: ReadonlyMap<string, readonly number[]>, name: string) => Math.min(...(times.get(name) ?? []));

test("the engine of our own is at least 1.4 times as fast as ONNX Runtime", async () => {
  const timed = (engine: string) => [engine, stages.timer(engine, "encode", { tokens: 25, runs: 4 })] as const;
  const times = await takeTurns(new Map([timed("ort"), timed("simd")]), { rounds: 15, warmUp: 5 });
  expect(least(times, "ort") / least(times, "simd")).toBeGreaterThan(1.4);
});

test("an answer from the cache takes at most two thirds of a new one", async () => {
  const texts = await commonTexts(BUNDLE);
  const kept = classifyPath(texts(64));
  await service.ask(kept);
  const asked = new Map([
    ["new", async () => (await service.ask(classifyPath(texts(64)))).ms],
    ["kept", async () => (await service.ask(kept)).ms],
  ]);
  const times = await takeTurns(asked, { rounds: 25, warmUp: 10 });
  expect(least(times, "new") / least(times, "kept")).toBeGreaterThan(1.5);
});
