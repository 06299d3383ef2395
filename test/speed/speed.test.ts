import { afterAll, beforeAll, expect, test } from "vitest";
import { type Afar, openAfar } from "../../scripts/bench/afar.ts";
import { type EngineTimer, startEngine } from "../../scripts/bench/engine.ts";
import { BUNDLE, classifyPath, type Service, startService, startWorker } from "../../scripts/bench/service.ts";
import { type StageTimer, startStages } from "../../scripts/bench/stages.ts";
import { commonTexts } from "../../scripts/bench/texts.ts";
import { type Contestant, clock, takeTurns } from "../../scripts/bench/turns.ts";

// Only ratios of one run, of contestants that take turns, and of the least that each took: what else the machine does makes
// single runs slower, never faster. Each bound lies less than a fifth away from what a quiet machine gives, so that a slowdown of
// a fifth fails. SPEED_PLANTED=0.2 plants one, to see that it does: each of ours then takes so much longer.
const PLANTED = Number(process.env.SPEED_PLANTED ?? 0);

const TOKENS = 25;

let engine: EngineTimer;
let stages: StageTimer;
let service: Service;
let nothing: Service;
let afar: Afar;
beforeAll(async () => {
  engine = await startEngine();
  stages = await startStages();
  service = await startService("simd");
  nothing = await startWorker("cold_worker.ts");
  afar = await openAfar();
});
afterAll(async () => {
  for (const { close } of [engine.service, stages.service, service, nothing, afar]) await close();
});

/** What is guarded, a planted slowdown included. */
function guarded(run: Contestant): Contestant {
  return async () => {
    const ms = await run();
    return ms + (await clock(() => spin(ms * PLANTED)));
  };
}

function spin(ms: number): void {
  for (const end = performance.now() + ms; performance.now() < end; );
}

/** The least milliseconds of each, told in the output too. */
async function least(contestants: Record<string, Contestant>, rounds: number, warmUp: number) {
  const times = await takeTurns(new Map(Object.entries(contestants)), { rounds, warmUp });
  return (name: string) => Math.min(...(times.get(name) ?? []));
}

/** Written down on each run, so that a bound can be moved with what it is. */
function tell(what: string, ratio: number): number {
  console.log(`${what}: ${ratio.toFixed(3)}`);
  return ratio;
}

test("the whole encoder reaches its share of what WebAssembly could do here", async () => {
  const runs = (what: string, count: number) => () =>
    clock(() => engine.service.ask(`/${what}?tokens=${TOKENS}&runs=${count}`));
  const ms = await least(
    { nothing: runs("encode", 0), encode: guarded(runs("encode", 2)), roofline: runs("roofline", 2) },
    100,
    20,
  );
  const share = (ms("roofline") - ms("nothing")) / (ms("encode") - ms("nothing"));
  // Where four products are one instruction, products are a smaller part of the whole, and no such machine has been measured.
  const isEmulated = await engine.dotIsEmulated();
  expect(tell("engine to roofline", share)).toBeGreaterThan(isEmulated ? 0.63 : 0.3);
});

test("the engine of our own is faster than ONNX Runtime", async () => {
  const run = (name: string) => () => clock(() => stages.service.ask(`/${name}/encode?tokens=${TOKENS}&runs=2`));
  const ms = await least({ ort: run("ort"), simd: guarded(run("simd")) }, 40, 10);
  expect(tell("ort to simd", ms("ort") / ms("simd"))).toBeGreaterThan(1.64);
});

test("an answer from the cache takes little more than an empty Worker", async () => {
  const texts = await commonTexts(BUNDLE);
  const kept = classifyPath(texts(TOKENS));
  await service.ask(kept);
  const hit = async () => (await service.ask(kept)).ms;
  const empty = async () => (await nothing.ask("/simd/empty")).ms;
  const ms = await least({ empty, hit: guarded(hit) }, 500, 400);
  expect(tell("hit to empty Worker", ms("hit") / ms("empty"))).toBeLessThan(1.48);
});

test("a first answer takes little more than the encoder's way from a bucket far away", async () => {
  const first = async () => {
    await afar.emptyCache();
    return afar.firstAnswer("simd");
  };
  const ms = await least({ transfer: () => afar.transfer("simd"), first: guarded(first) }, 5, 0);
  expect(tell("first answer to transfer", ms("first") / ms("transfer"))).toBeLessThan(1.93);
});
