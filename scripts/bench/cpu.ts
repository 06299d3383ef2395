import { cpuMs } from "./listeners.ts";
import { DOLLARS_PER_MILLION_CPU_MS, DOLLARS_PER_MILLION_REQUESTS, FREE_PLAN_CPU_MS } from "./prices.ts";
import { figureRows, type Report } from "./row.ts";
import { BUNDLE, classifyPath, type Service, startService } from "./service.ts";
import type { Settings } from "./settings.ts";
import { commonTexts, type Texts } from "./texts.ts";

const TOKENS = 25;
const WARM_UP = 60;
const [FREE, REQUEST] = ["what the free plan grants", "a million requests that cost no CPU"];

/** CPU of one answer, and what a million of them cost. */
export async function cpu({ quick }: Settings): Promise<Report> {
  const requests = quick ? 60 : 500;
  const texts = await commonTexts(BUNDLE);
  const spent = new Map([[FREE, FREE_PLAN_CPU_MS]]);
  const cost = new Map([[REQUEST, DOLLARS_PER_MILLION_REQUESTS]]);
  for (const engine of ["simd", "ort"] as const) {
    const service = await startService(engine);
    for (const [name, ms] of await cpuOfAnswers(service, texts, requests)) {
      spent.set(`${name} (${engine})`, ms);
      cost.set(`a million of: ${name} (${engine})`, DOLLARS_PER_MILLION_REQUESTS + DOLLARS_PER_MILLION_CPU_MS * ms);
    }
    await service.close();
  }
  return {
    rows: [...figureRows(spent, FREE, { unit: "ms of CPU" }), ...figureRows(cost, REQUEST, { unit: "US$" })],
    notes: [
      `CPU of the workerd process over ${requests} requests one after another, less that of as many to /healthz; it holds garbage collection and miniflare's Cache API.`,
    ],
  };
}

/** Milliseconds of CPU of one request of each kind, less those of /healthz. */
async function cpuOfAnswers(service: Service, texts: Texts, requests: number): Promise<Map<string, number>> {
  const perRequest = async (path: () => string, headers?: Record<string, string>) => {
    for (let n = 0; n < WARM_UP; n++) await service.ask(path(), headers ? { headers } : {});
    const before = await cpuMs(service.pid);
    for (let n = 0; n < requests; n++) await service.ask(path(), headers ? { headers } : {});
    return ((await cpuMs(service.pid)) - before) / requests;
  };
  const kept = classifyPath(texts(TOKENS));
  const empty = await perRequest(() => "/healthz");
  const fresh = await perRequest(() => classifyPath(texts(TOKENS)));
  const unstored = await perRequest(() => classifyPath(texts(TOKENS)), { "Cache-Control": "no-store" });
  const hit = await perRequest(() => kept);
  return new Map([
    [`new text, ${TOKENS} tokens`, fresh - empty],
    ["the same, stored nowhere", unstored - empty],
    ["cache hit", hit - empty],
  ]);
}
