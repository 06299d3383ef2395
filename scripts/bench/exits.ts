import type { Passed } from "./passed.ts";
import { figureRows, type Report } from "./row.ts";
import { startWorker } from "./service.ts";
import type { Settings } from "./settings.ts";
import { clock } from "./turns.ts";
import { readTweets } from "./tweets.ts";

const PURPOSES = {
  none: "tokenize only",
  all: "all rows of the last layer",
  text: "one row of the last layer",
  exits: "the same with exits",
} as const;
type Purpose = keyof typeof PURPOSES;

const TEXTS_AT_ONCE = 64;
const QUICK_TEXTS = 256;

/** What the encoder takes for the sentiment of some texts, if the last layer is computed for `<s>` alone, and if sure texts end early. */
export async function exits({ quick, tweets }: Settings): Promise<Report> {
  const texts = (await readTweets(tweets)).slice(0, quick ? QUICK_TEXTS : undefined);
  const service = await startWorker("exits_worker.ts");
  const spent = new Map<Purpose, number>();
  const passed = new Map<Purpose, Passed[]>();
  const purposes = Object.keys(PURPOSES) as Purpose[];
  const run = async (purpose: Purpose, body: string) =>
    JSON.parse((await service.ask(`/${purpose}`, { method: "POST", body })).body) as Passed[];
  for (const purpose of purposes) await run(purpose, JSON.stringify(texts.slice(0, TEXTS_AT_ONCE)));
  for (let start = 0; start < texts.length; start += TEXTS_AT_ONCE) {
    const body = JSON.stringify(texts.slice(start, start + TEXTS_AT_ONCE));
    for (const purpose of purposes) {
      let part: Passed[] = [];
      const ms = await clock(async () => {
        part = await run(purpose, body);
      });
      spent.set(purpose, (spent.get(purpose) ?? 0) + ms);
      passed.set(purpose, [...(passed.get(purpose) ?? []), ...part]);
    }
  }
  await service.close();
  const { none = 0, ...passes } = Object.fromEntries(spent) as Partial<Record<Purpose, number>>;
  const figures = new Map(
    Object.entries(passes).map(([purpose, ms]) => [PURPOSES[purpose as Purpose], (ms - none) / texts.length]),
  );
  const [whole = [], exiting = []] = [passed.get("text"), passed.get("exits")];
  const percent = (count: number) => `${((100 * count) / texts.length).toFixed(1)} %`;
  const depths = [...new Set(exiting.map(({ layers }) => layers))].sort((a, b) => a - b);
  const shares = depths.map(
    (depth) => `${depth} layers: ${percent(exiting.filter(({ layers }) => layers === depth).length)}`,
  );
  const equal = exiting.filter(({ label }, index) => label === whole[index]?.label).length;
  return {
    rows: figureRows(figures, PURPOSES.text, { unit: "ms a text" }),
    notes: [`${texts.length} texts. With exits, ${shares.join(", ")}; ${percent(equal)} keep their label.`],
  };
}
