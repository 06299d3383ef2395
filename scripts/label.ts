/**
 * `bertweet-edge label FILE --tasks sentiment,ner --out FILE`, and `npm run label -- ...` in the repository: a file of tweets, each with its labels. What a
 * task adds is in scripts/label/write_rows.ts.
 */
import { availableParallelism } from "node:os";
import { labelFile } from "./label/label.ts";
import { modelLabeller } from "./label/model.ts";
import { requireService, serviceLabeller } from "./label/service.ts";
import { runCommand } from "./lib/command.ts";
import { consoleProgress } from "./lib/progress.ts";
import { Refusal } from "./lib/refusal.ts";

/** All rows were read, and some of them have no labels. */
const SOME_BAD = 3;

const MAX_THREADS = 64;

const help = `Labels a file of tweets, by a model in this process or by a running service.

  bertweet-edge label tweets.csv --tasks sentiment,ner --out labelled.csv [--url URL]
  npm run label -- tweets.csv ...                       the same in the repository

  FILE              csv, tsv, ndjson, jsonl, parquet, or txt with a text a line; all but parquet also with .gz
  --tasks LIST      names of tasks, commas between them, a tag set behind a slash: sentiment,ner/wnut17
  --out FILE        csv, tsv or ndjson, also with .gz: all columns in their order, then for each task a column of its name.
                    A class has its score in a second column, NAME_score; entities and tags stand in tables as JSON
  --text-field NAME the column that holds the text (default text)
  --url URL         of a service; a key for it is read from the environment variable API_KEY
  --bundle FOLDER   of the model in this process, or its URL (default models/bertweet-mini)
  --threads N       that have a model each, in this process (default: one for each core)
  --help            print this

Rows that can't be labelled go to FILE.bad.ndjson beside the output, with the reason. Cut off, the same command goes on where it
was. The exit code is 0 when every row is labelled, 3 when some are bad, 1 when the work could not be done, 2 for a wrong option.
`;

const options = {
  tasks: { type: "string" },
  out: { type: "string" },
  url: { type: "string" },
  bundle: { type: "string" },
  threads: { type: "string" },
  "text-field": { type: "string", default: "text" },
} as const;

interface Where {
  url?: string | undefined;
  bundle?: string | undefined;
  threads?: string | undefined;
}

/** What labels, and how it ends. @throws Refusal when it could not label anything */
async function openLabeller({ url, bundle, threads }: Where, tasks: readonly string[]) {
  if (url === undefined) {
    const count = threads === undefined ? Math.min(availableParallelism(), MAX_THREADS) : Number(threads);
    if (!Number.isInteger(count) || count < 1 || count > MAX_THREADS)
      throw new Refusal(`--threads is a whole number from 1 to ${MAX_THREADS}.`);
    return modelLabeller(bundle ?? "models/bertweet-mini", tasks, count);
  }
  if (bundle !== undefined || threads !== undefined) throw new Refusal("--bundle and --threads do not go with --url.");
  if (!URL.canParse(url)) throw new Refusal(`${url} is no URL.`);
  const base = url.replace(/\/+$/, "");
  await requireService(base, tasks, process.env.API_KEY);
  return { label: serviceLabeller(base, tasks, process.env.API_KEY), close: async () => {} };
}

await runCommand({ help, options, allowPositionals: true }, async ({ values, positionals }) => {
  const { tasks: names, out: output, "text-field": textField, ...where } = values;
  const [input, ...others] = positionals;
  if (!input || others.length > 0 || !names || !output)
    throw new Refusal("Needs one file, --tasks and --out; see --help.");
  const tasks = [...new Set(names.split(","))];
  const { label, close } = await openLabeller(where, tasks);
  const progress = consoleProgress();
  const labelling = { input, output, textField, tasks, label };
  const { rows, bad, badFile, versions } = await labelFile(labelling, progress).finally(close);
  progress.line(`${output}: ${(rows - bad).toLocaleString("en")} of ${rows.toLocaleString("en")} rows`);
  for (const version of versions) progress.line(`model ${version}`);
  if (bad === 0) return;
  progress.line(`${badFile}: ${bad.toLocaleString("en")} bad rows`);
  process.exitCode = SOME_BAD;
});
