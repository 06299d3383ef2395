import { cpus } from "node:os";
import { pin, unpin } from "./cores.ts";
import { loadInTurns, type Target } from "./load.ts";
import { figureRows, type Report, timeRows } from "./row.ts";
import { BUNDLE, classifyPath, startService } from "./service.ts";
import type { Settings } from "./settings.ts";
import { commonTexts } from "./texts.ts";

const TOKENS = 25;
const CONNECTIONS = 8;
const KEPT_TEXTS = 50;

/** Answers that need no inference, beside new ones and an empty round trip: hits of the Cache API, and 304s. */
export async function cached({ quick }: Settings): Promise<Report> {
  const service = await startService("simd");
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
  ]);

  const pinned = pin(service.pid, "server") && pin(process.pid, "load");
  const figures = await loadInTurns(targets, quick ? 1 : 4);
  unpin(process.pid, cpus().length);
  await service.close();

  const suffix = `, simd, ${TOKENS} tokens, ${CONNECTIONS} connections`;
  const perSecond = new Map([...figures].map(([name, figure]) => [name, figure.perSecond]));
  const times = new Map([...figures].map(([name, figure]) => [name, figure.times]));
  return {
    rows: [
      ...figureRows(perSecond, "/healthz", { unit: "answers/s", suffix }),
      ...timeRows(times, "/healthz", { suffix: `${suffix}: latency` }),
    ],
    notes: [
      "The Cache API here is miniflare's, written in JavaScript over SQLite in the same process; Cloudflare's is none of the Worker's CPU.",
      ...(pinned ? [] : ["There is no taskset, or one core alone, so the load shared the Worker's."]),
    ],
  };
}
