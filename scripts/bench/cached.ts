import { cpus } from "node:os";
import { pin, unpin } from "./cores.ts";
import { loadInTurns, type Target } from "./load.ts";
import { figureRows, type Report, timeRows } from "./row.ts";
import { BUNDLE, classifyPath, startService, startWorker } from "./service.ts";
import type { Settings } from "./settings.ts";
import { commonTexts } from "./texts.ts";

const TOKENS = 25;
const CONNECTIONS = 8;
const KEPT_TEXTS = 50;

/** Answers that need no inference, beside new ones: those that the isolate remembers, 304s, and a Worker that does nothing. */
export async function cached({ quick }: Settings): Promise<Report> {
  const service = await startService("simd");
  const nothing = await startWorker("cold_worker.ts");
  const texts = await commonTexts(BUNDLE);
  const kept: { path: string; etag: string }[] = [];
  for (let n = 0; n < KEPT_TEXTS; n++) {
    const path = classifyPath(texts(TOKENS));
    kept.push({ path, etag: (await service.ask(path)).headers.get("ETag") as string });
  }
  let turn = 0;
  const nextKept = () => (kept[turn++ % KEPT_TEXTS] as { path: string }).path;
  const [unchanged] = kept as [{ path: string; etag: string }];
  const target = { url: service.url, connections: CONNECTIONS, requests: quick ? 200 : 1_500 };
  const targets = new Map<string, Target>([
    ["cache hit", { ...target, path: nextKept }],
    ["304", { ...target, path: () => unchanged.path, headers: { "If-None-Match": unchanged.etag }, status: 304 }],
    ["new text", { ...target, requests: quick ? 40 : 200, path: () => classifyPath(texts(TOKENS)) }],
    ["/healthz", { ...target, path: () => "/healthz" }],
    ["a Worker that does nothing", { ...target, url: nothing.url, path: () => "/simd/empty" }],
  ]);

  const pinned = pin(service.pid, "server") && pin(nothing.pid, "server") && pin(process.pid, "load");
  const figures = await loadInTurns(targets, quick ? 1 : 4);
  unpin(process.pid, cpus().length);
  await service.close();
  await nothing.close();

  const suffix = `, simd, ${TOKENS} tokens, ${CONNECTIONS} connections`;
  const perSecond = new Map([...figures].map(([name, figure]) => [name, figure.perSecond]));
  const times = new Map([...figures].map(([name, figure]) => [name, figure.times]));
  return {
    rows: [
      ...figureRows(perSecond, "/healthz", { unit: "answers/s", suffix }),
      ...timeRows(times, "/healthz", { suffix: `${suffix}: latency` }),
    ],
    notes: pinned ? [] : ["There is no taskset, or one core alone, so the load shared the Worker's."],
  };
}
