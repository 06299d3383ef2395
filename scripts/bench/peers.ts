import { cpus } from "node:os";
import { readBundleFolder } from "../bundle_folder.ts";
import { pin, unpin } from "./cores.ts";
import { loadInTurns } from "./load.ts";
import { openNative } from "./peers/native.ts";
import { startServer } from "./peers/python.ts";
import { PEERS_MISSING } from "./peers/require.ts";
import { openTransformersJs } from "./peers/transformers_js.ts";
import { figureRows, type Report, type Row, timeRows } from "./row.ts";
import { BUNDLE, classifyPath, startService } from "./service.ts";
import type { Settings } from "./settings.ts";
import { startStages } from "./stages.ts";
import { commonTexts } from "./texts.ts";
import { type Contestant, clock, takeTurns } from "./turns.ts";

const TOKENS = [8, 25, 64, 128];
const SERVED_TOKENS = 25;
const CONNECTIONS = 4;
const [NATIVE, TRANSFORMERS_JS, FASTAPI] = [
  "onnxruntime-node, 1 thread",
  "transformers.js, 1 thread",
  "FastAPI + PyTorch",
];

/** Compares other ways to run the same model: from ids to last hidden states, and over HTTP on one core. */
export async function peers(settings: Settings): Promise<Report> {
  const encoders = await encoderRows(settings);
  const served = await servedRows(settings);
  return { rows: [...encoders.rows, ...served.rows], notes: [...encoders.notes, ...served.notes] };
}

async function encoderRows({ quick, stock }: Settings): Promise<Report> {
  const notes: string[] = [];
  const { manifest } = await readBundleFolder(BUNDLE);
  const native = await openNative(BUNDLE);
  notes.push(native?.note ?? `${NATIVE}: ${PEERS_MISSING}`);
  const transformers = stock && (await openTransformersJs(stock, manifest.architecture.hidden_size));
  if (!stock) notes.push(`stock, ${TRANSFORMERS_JS}: not given --stock`);
  else if (!transformers) notes.push(`${TRANSFORMERS_JS}: ${PEERS_MISSING}`);

  const stages = await startStages(stock);
  const rows: Row[] = [];
  for (const tokens of TOKENS) {
    const runs = Math.ceil(128 / tokens);
    const contestants = new Map<string, Contestant>();
    for (const name of ["simd", "ort", ...(stock ? ["stock"] : [])])
      contestants.set(name, stages.timer(name, "states", { tokens, runs }));
    const ids = Int32Array.from({ length: tokens }, (_, index) => 4 + 97 * index);
    for (const [name, encode] of [
      [NATIVE, native?.encode],
      [TRANSFORMERS_JS, transformers],
    ] as const)
      if (encode)
        contestants.set(name, async () => {
          const ms = await clock(async () => {
            for (let run = 0; run < runs; run++) await encode(ids);
          });
          return ms / runs;
        });
    const times = await takeTurns(contestants, quick ? { rounds: 3, warmUp: 2 } : { rounds: 30, warmUp: 6 });
    rows.push(...timeRows(times, "simd", { suffix: `, ${tokens} tokens: ids to hidden states` }));
  }
  await stages.service.close();
  return { rows, notes };
}

async function servedRows({ quick, python }: Settings): Promise<Report> {
  const notes: string[] = [];
  const servers = new Map<string, { url: URL; pid: number; close(): Promise<void> }>();
  for (const engine of ["simd", "ort"] as const) servers.set(engine, await startService(engine));
  if (python) servers.set(FASTAPI, await startServer(python, "fastapi_server.py", ["--bundle", BUNDLE]));
  else notes.push(`${FASTAPI}: not given --python`);
  const texts = await commonTexts(BUNDLE);
  const path = () => classifyPath(texts(SERVED_TOKENS));

  const pinned = [...servers.values()].map(({ pid }) => pin(pid, "server"));
  pin(process.pid, "load");
  if (pinned.includes(false))
    notes.push("Over HTTP: there is no taskset, or one core alone, so the servers shared theirs.");
  const targets = new Map(
    [...servers].map(([name, { url }]) => [name, { url, connections: CONNECTIONS, requests: quick ? 40 : 100, path }]),
  );
  const figures = await loadInTurns(targets, quick ? 1 : 4);
  unpin(process.pid, cpus().length);
  for (const server of servers.values()) await server.close();

  const suffix = `, ${SERVED_TOKENS} tokens over HTTP, ${CONNECTIONS} connections, one core`;
  const perSecond = new Map([...figures].map(([name, figure]) => [name, figure.perSecond]));
  const times = new Map([...figures].map(([name, figure]) => [name, figure.times]));
  return {
    rows: [
      ...figureRows(perSecond, "simd", { unit: "answers/s", suffix }),
      ...timeRows(times, "simd", { suffix: `${suffix}: latency` }),
    ],
    notes,
  };
}
