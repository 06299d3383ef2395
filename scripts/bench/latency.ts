import { quantile } from "../metrics.ts";
import { outsideEncoder } from "./outside.ts";
import { figureRows, type Report, type Row, timeRows } from "./row.ts";
import { BUNDLE, classify, type Service, startService, WHOLE_PASS_TASK } from "./service.ts";
import type { Settings } from "./settings.ts";
import { type StageTimer, startStages } from "./stages.ts";
import { commonTexts, type Texts } from "./texts.ts";
import { type Contestant, takeTurns } from "./turns.ts";

const ENGINES = ["ort", "simd"] as const;
const TOKENS = [8, 25, 64, 128];
const UNSTORED = "simd, asked for no-store";
const WARM_UP = 15;
const STAGES = ["tokenize", "embed", "encode", "heads"] as const;

/** Warm latency over HTTP of texts that are not cached, and its parts. */
export async function latency({ quick }: Settings): Promise<Report> {
  const texts = await commonTexts(BUNDLE);
  const services = new Map<string, Service>();
  for (const engine of ENGINES) services.set(engine, await startService(engine));
  const stages = await startStages();
  const rows: Row[] = [];
  for (const tokens of TOKENS) {
    const answers = wholeAnswers(services, texts, tokens);
    const runs = stageRuns(stages, texts, tokens);
    const whole = await takeTurns(answers, { rounds: 0, warmUp: WARM_UP });
    const parts = await takeTurns(runs, { rounds: 0, warmUp: WARM_UP / 3 });
    for (let block = 0; block < (quick ? 2 : 10); block++) {
      append(whole, await takeTurns(answers, { rounds: 10, warmUp: 0 }));
      append(parts, await takeTurns(runs, { rounds: 3, warmUp: 0 }));
    }
    rows.push(...timeRows(whole, "ort", { suffix: `, ${tokens} tokens: whole answer` }));
    for (const engine of ENGINES) {
      const total = median(whole, engine);
      const spent = STAGES.map((stage) => [stage, median(parts, `${engine} ${stage}`)] as const);
      const rest = total - spent.reduce((sum, [, ms]) => sum + ms, 0);
      const figures = new Map<string, number>([["whole answer", total], ...spent, ["rest", rest]]);
      rows.push(
        ...figureRows(figures, "whole answer", { unit: "ms", suffix: ` (${engine}, ${tokens} tokens)` }).slice(1),
      );
    }
  }
  rows.push(...(await outsideEncoder(services.get("simd") as Service, stages, texts, quick ? 20 : 200)));
  for (const service of [...services.values(), stages.service]) await service.close();
  return {
    rows,
    notes: [
      "rest: HTTP, routing, validation, the caches (miniflare's here; none with no-store) and JSON, by difference of medians.",
    ],
  };
}

function wholeAnswers(services: ReadonlyMap<string, Service>, texts: Texts, tokens: number): Map<string, Contestant> {
  const simd = services.get("simd") as Service;
  const contestants = new Map<string, Contestant>();
  const ask = (service: Service, init?: RequestInit) => () =>
    classify(service, texts(tokens), tokens, init, WHOLE_PASS_TASK);
  for (const [engine, service] of services) contestants.set(engine, ask(service));
  contestants.set(UNSTORED, ask(simd, { headers: { "Cache-Control": "no-store" } }));
  return contestants.set("/healthz", async () => (await simd.ask("/healthz")).ms);
}

function stageRuns({ timer }: StageTimer, texts: Texts, tokens: number): Map<string, Contestant> {
  const contestants = new Map<string, Contestant>();
  for (const engine of ENGINES)
    for (const stage of STAGES) {
      const runs = stage === "encode" ? Math.ceil(64 / tokens) : 100;
      contestants.set(`${engine} ${stage}`, timer(engine, stage, { tokens, runs, text: texts(tokens) }));
    }
  return contestants;
}

type Times = Map<string, number[]>;

function append(times: Times, more: Times): void {
  for (const [name, each] of more) times.get(name)?.push(...each);
}

function median(times: Times, name: string): number {
  return quantile(times.get(name) as number[], 0.5);
}
