/** `npm run jobs`: jobs of a running service, and the files in their buckets. docs/jobs.md explains them. */
import { ACTIONS, listJobs } from "./jobs/actions.ts";
import { jobsService } from "./jobs/service.ts";
import { runCommand } from "./lib/command.ts";
import { consoleProgress } from "./lib/progress.ts";
import { Refusal } from "./lib/refusal.ts";
import { STATE } from "./lib/wrangler_dev.ts";

const help = `Answers all rows of an object in R2, as jobs of a running service.

  npm run jobs -- put tweets.ndjson
  npm run jobs -- submit r2://tweets/tweets.ndjson --tasks sentiment,ner --out r2://labels/
  npm run jobs -- watch JOB
  npm run jobs -- collect JOB --to labels.ndjson

  submit INPUT      begins a job, or finds it: the same order for the same input and model is the same job
  watch JOB         shows a job until it is over: chunks, lines, rate, time left, estimated CPU and price
  cancel JOB        stops it; what is answered stays
  retry JOB         answers what is missing of it, also if it stands still
  show JOB          prints it as JSON
  list              prints all jobs, newest first
  put FILE          puts a file into the bucket for inputs, or to --out
  get KEY           gets an object of the bucket for outputs, or r2://BUCKET/KEY
  collect JOB       joins the output of a job to one file

  --tasks LIST      names of tasks, commas between them
  --text-field NAME the field or column that holds the text (default text)
  --out URL         of submit: the folder for the output, r2://BUCKET/FOLDER/; of put: r2://BUCKET/KEY
  --to FILE         of get and collect (default: the last part of the key, JOB.ndjson)
  --url URL         of the service (default http://127.0.0.1:8787). The buckets of one at 127.0.0.1 or localhost are
                    on this machine, of any other those of your account
  --persist-to DIR  the buckets on this machine in DIR, like wrangler dev's option
  --key KEY         that the service asks for; default: the environment variable API_KEY
  --help            print this

The exit code is 0 when all is done, 3 when it is done and some lines or chunks have no answer, 1 when it could not be done, the job
failed or was cancelled, 2 for a wrong option.
`;

const options = {
  tasks: { type: "string" },
  "text-field": { type: "string" },
  out: { type: "string" },
  to: { type: "string" },
  url: { type: "string", default: "http://127.0.0.1:8787" },
  key: { type: "string" },
  "persist-to": { type: "string" },
} as const;

const LOCAL = new Set(["127.0.0.1", "localhost", "[::1]"]);

await runCommand({ help, options, allowPositionals: true }, async ({ values, positionals }) => {
  const { tasks, out, to, key = process.env.API_KEY, "text-field": textField } = values;
  const [name = "", argument, ...others] = positionals;
  if (!URL.canParse(values.url)) throw new Refusal(`${values.url} is no URL.`);
  const service = jobsService(values.url.replace(/\/+$/, ""), key);
  const folder = values["persist-to"] ?? (LOCAL.has(new URL(values.url).hostname) ? STATE : undefined);
  const call = {
    service,
    folder,
    progress: consoleProgress(),
    tasks,
    textField,
    out,
    to,
  };
  if (name === "list" && argument === undefined) return listJobs(call);
  const action = Object.hasOwn(ACTIONS, name) ? ACTIONS[name] : undefined;
  if (!action || argument === undefined || others.length > 0)
    throw new Refusal(`Needs one of list, ${Object.keys(ACTIONS).join(", ")}, with what it is about; see --help.`);
  process.exitCode = await action(argument, call);
});
