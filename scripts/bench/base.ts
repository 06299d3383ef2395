import type { Manifest } from "../../src/bundle/manifest.ts";
import { readBundleFolder } from "../bundle_folder.ts";
import { measureBundle } from "../memory/measure_bundle.ts";
import { largestSum } from "../memory/report.ts";
import { type Plan, planIsolates } from "../plan/plan_isolates.ts";
import { type Encode, openNative } from "./peers/native.ts";
import { PEERS_MISSING } from "./peers/require.ts";
import { figureRows, type Report, type Row, timeRows } from "./row.ts";
import { BUNDLE, classify, type Service, startPlan } from "./service.ts";
import type { Settings } from "./settings.ts";
import { commonTexts } from "./texts.ts";
import { type Contestant, clock, takeTurns } from "./turns.ts";

const TOKENS = [8, 25, 32, 128];
const MB = 2 ** 20;
const [MINI, BASE] = ["bertweet-mini", "base"];

/** What is planned with how much memory for each isolate: 128 MB is Cloudflare's limit, 110 takes two, 512 no isolate has. */
const PLANNED = [
  { model: BASE, engine: "simd", budgetMb: 128 },
  { model: BASE, engine: "simd", budgetMb: 110 },
  { model: BASE, engine: "ort", budgetMb: 110 },
  { model: BASE, engine: "ort", budgetMb: 512 },
  { model: MINI, engine: "simd", budgetMb: 110 },
  { model: MINI, engine: "ort", budgetMb: 110 },
];

interface Entrant {
  name: string;
  bundle: string;
  manifest: Manifest;
  plan: Plan;
}

/** A full-size BERTweet in one isolate and over several, beside bertweet-mini: whole answers over HTTP, loading, memory. */
export async function base({ quick, baseBundle }: Settings): Promise<Report> {
  if (!baseBundle) return { rows: [], notes: ["Not given --base-bundle."] };
  const entrants = await Promise.all(PLANNED.map((planned) => enter(planned, baseBundle)));
  const rows = [...(await peaks(entrants, quick)), ...(await loads(entrants, quick))];
  const native = await openNative(baseBundle);
  rows.push(...(await latencies(entrants, native?.encode, quick)));
  return {
    rows,
    notes: [
      native?.note ?? `onnxruntime-node, 1 thread: ${PEERS_MISSING}`,
      "Native goes from ids to last hidden states, all others from HTTP to HTTP. Loading ends with /readyz's 200.",
      `Peak: the most that any isolate held, while loading and under load, as npm run memory measures it.`,
    ],
  };
}

async function enter({ model, engine, budgetMb }: (typeof PLANNED)[number], baseBundle: string): Promise<Entrant> {
  const bundle = model === BASE ? baseBundle : BUNDLE;
  const { manifest } = await readBundleFolder(bundle);
  const plan = planIsolates(manifest, engine, budgetMb * MB);
  const isolates = plan.isolates.length;
  const parts = isolates > 1 ? `${isolates} isolates` : `one isolate of ${budgetMb} MB`;
  return { name: `${model}, ${engine}, ${parts}`, bundle, manifest, plan };
}

async function peaks(entrants: readonly Entrant[], quick: boolean): Promise<Row[]> {
  const figures = new Map<string, number>();
  for (const { name, bundle, manifest, plan } of entrants)
    figures.set(name, largestSum(await measureBundle(bundle, manifest, plan, quick ? 12 : 60)) / MB);
  return figureRows(figures, first(entrants), { unit: "MB", suffix: ": peak of an isolate" });
}

async function loads(entrants: readonly Entrant[], quick: boolean): Promise<Row[]> {
  const contestants = new Map<string, Contestant>();
  for (const { name, bundle, manifest, plan } of entrants)
    contestants.set(name, async () => {
      const service = await startPlan(bundle, manifest, plan);
      await service.ask("/healthz");
      const ms = await clock(() => service.ask("/readyz"));
      await service.close();
      return ms;
    });
  const times = await takeTurns(contestants, { rounds: quick ? 1 : 3, warmUp: 0 });
  return timeRows(times, first(entrants), { suffix: ": loading" });
}

async function latencies(entrants: readonly Entrant[], native: Encode | undefined, quick: boolean): Promise<Row[]> {
  const texts = await commonTexts(BUNDLE);
  const services = new Map<string, Service>();
  for (const { name, bundle, manifest, plan } of entrants) services.set(name, await startPlan(bundle, manifest, plan));
  const rows: Row[] = [];
  for (const tokens of TOKENS) {
    const contestants = new Map<string, Contestant>();
    for (const [name, service] of services) contestants.set(name, () => classify(service, texts(tokens), tokens));
    const ids = Int32Array.from({ length: tokens }, (_, index) => 4 + 97 * index);
    if (native) contestants.set(`${BASE}, onnxruntime-node, 1 thread`, () => clock(() => native(ids)));
    const times = await takeTurns(contestants, quick ? { rounds: 3, warmUp: 3 } : { rounds: 24, warmUp: 12 });
    rows.push(...timeRows(times, first(entrants), { suffix: `, ${tokens} tokens` }));
  }
  for (const service of services.values()) await service.close();
  return rows;
}

const first = ([entrant]: readonly Entrant[]) => (entrant as Entrant).name;
