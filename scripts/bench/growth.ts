import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { quantile } from "../metrics.ts";
import { load } from "./load.ts";
import { type PlotText, plot, type Series } from "./plot.ts";
import { figureRows, type Report, type Row } from "./row.ts";
import { BUNDLE, classifyPath, type Service, startService } from "./service.ts";
import type { Settings } from "./settings.ts";
import { commonTexts, type Texts } from "./texts.ts";
import { type Contestant, type Rounds, takeTurns } from "./turns.ts";

const ENGINES = ["simd", "ort"] as const;
const TOKENS = 25;
const LENGTHS = [3, 8, 16, 25, 32, 48, 64, 96, 128];
const COUNTS = [1, 2, 4, 8, 16, 32, 64];

type Services = ReadonlyMap<string, Service>;

/** How the cost grows with one parameter, as lines; x is the parameter. */
interface Growth extends PlotText {
  name: string;
  unit: string;
  series: Series[];
}

/** How cost grows with the length of a text, the texts of a batch, the requests at once and the tasks asked. */
export async function growth({ quick, plots }: Settings): Promise<Report> {
  const texts = await commonTexts(BUNDLE);
  const services = new Map<string, Service>();
  for (const engine of ENGINES) services.set(engine, await startService(engine));
  const rounds = quick ? { rounds: 3, warmUp: 1 } : { rounds: 25, warmUp: 5 };
  const growths = [
    await byLength(services, texts, rounds),
    await byBatch(services, texts, { ...rounds, rounds: Math.ceil(rounds.rounds / 4) }),
    await byTasks(services, texts, rounds),
    await byConcurrency(services, texts, quick ? 64 : 256),
  ];
  for (const service of services.values()) await service.close();
  if (plots) await writePlots(plots, growths);
  return { rows: growths.flatMap(rowsOf), notes: [] };
}

async function byLength(services: Services, texts: Texts, rounds: Rounds): Promise<Growth> {
  const series = await medians(services, LENGTHS, rounds, (service, tokens) =>
    service.ask(classifyPath(texts(tokens))),
  );
  return { name: "tokens", unit: "ms", series, title: "A new text, by its length", x: "tokens", y: "ms (median)" };
}

async function byBatch(services: Services, texts: Texts, rounds: Rounds): Promise<Growth> {
  const series = await medians(services, COUNTS, rounds, (service, count) => {
    const body = JSON.stringify({ texts: Array.from({ length: count }, () => texts(TOKENS)) });
    return service.ask("/v1/sentiment", { method: "POST", headers: { "Content-Type": "application/json" }, body });
  });
  const title = `A batch of new texts, ${TOKENS} tokens each`;
  return { name: "texts in a batch", unit: "ms", series, title, x: "texts", y: "ms (median)" };
}

async function byTasks(services: Services, texts: Texts, rounds: Rounds): Promise<Growth> {
  const { models } = JSON.parse((await (services.get("simd") as Service).ask("/v1/models")).body);
  const names = Object.keys(models[0].tasks).filter((name) => name !== "fill-mask");
  const counts = names.map((_, index) => index + 1);
  const series = await medians(services, counts, rounds, (service, count) => {
    const query = new URLSearchParams({ text: texts(TOKENS), tasks: names.slice(0, count).join(",") });
    return service.ask(`/v1/analyze?${query}`);
  });
  const title = `Tasks asked of a new text of ${TOKENS} tokens`;
  return { name: "tasks", unit: "ms", series, title, x: "tasks", y: "ms (median)" };
}

async function byConcurrency(services: Services, texts: Texts, requests: number): Promise<Growth> {
  const series: Series[] = [];
  for (const [name, { url }] of services) {
    const points: [number, number][] = [];
    for (const connections of COUNTS) {
      const path = () => classifyPath(texts(TOKENS));
      points.push([connections, (await load(url, { connections, requests, path })).perSecond]);
    }
    series.push({ name, points });
  }
  const title = `New texts of ${TOKENS} tokens, requests at once`;
  return { name: "requests at once", unit: "answers/s", series, title, x: "requests at once", y: "answers a second" };
}

/** Medians of the times that a request takes for each x, all taking turns. */
async function medians(
  services: Services,
  xs: readonly number[],
  rounds: Rounds,
  request: (service: Service, x: number) => Promise<{ ms: number }>,
): Promise<Series[]> {
  const contestants = new Map<string, Contestant>();
  for (const [name, service] of services)
    for (const x of xs) contestants.set(`${name} ${x}`, async () => (await request(service, x)).ms);
  const times = await takeTurns(contestants, rounds);
  return [...services.keys()].map((name) => ({
    name,
    points: xs.map((x) => [x, quantile(times.get(`${name} ${x}`) as number[], 0.5)] as const),
  }));
}

function rowsOf({ name, unit, series }: Growth): Row[] {
  return series.flatMap(({ name: engine, points }) => {
    const nameOf = (x: number) => `${name}: ${x} (${engine})`;
    const figures = new Map(points.map(([x, y]) => [nameOf(x), y]));
    return figureRows(figures, nameOf(points[0]?.[0] as number), { unit });
  });
}

async function writePlots(folder: string, growths: readonly Growth[]): Promise<void> {
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, "growth.json"), `${JSON.stringify(growths, null, 2)}\n`);
  for (const { series, ...text } of growths)
    await writeFile(join(folder, `${text.name.replaceAll(" ", "-")}.svg`), plot(series, text));
}
