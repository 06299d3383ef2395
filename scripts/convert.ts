/**
 * `npm run convert -- vinai/bertweet-base`: from a model of Hugging Face's to a bundle, its plan, and what to run next. Python does the first
 * two steps: fetch_model.py finds or downloads the model, convert.py converts it.
 */
import { existsSync } from "node:fs";
import { join, relative } from "node:path";
import type { Manifest } from "../src/bundle/manifest.ts";
import { readBundleFolder } from "./bundle_folder.ts";
import { ENVIRONMENT_HELP, fetchModel, requireEnvironment, runScript } from "./convert/python.ts";
import { runCommand } from "./lib/command.ts";
import { Refusal } from "./lib/refusal.ts";
import { checkedBudget, describePlan, PLAN_OPTIONS, planFor, ROOT, writePlan } from "./plan.ts";

const help = `Makes a bundle of a model of Hugging Face's, from the Hub or a folder, and plans its isolates.

  npm run convert -- MODEL [options]

  MODEL             an id on the Hub, such as vinai/bertweet-base, or a folder
  --revision REV    a branch, tag or commit of the repository (default: main)
  --out DIR         the bundle's folder (default: dist/bundles/ID)
  --id ID           the bundle's id (default: made of the model's name)
  --task NAME       the task's name, as in /v1/NAME (default: the head's kind)
  --license TEXT    of the weights (default: what the model's page states)
  --texts FILE      a text a line, or JSON lines: to smooth by, and to say what int8 lost
  --windows         the task reads long texts in windows, unless a request says otherwise
  --bits PART=BITS  words=4 or ffn=4, may come twice: int4 in place of int8
  --budget-mb N     what one isolate may hold, in MB (default 110)
  --engine ENGINE   auto (default), simd or ort; auto takes simd for every graph that it knows
  --python FILE     a Python with scripts/training/requirements.txt installed (default python3)
  --help            print this

${ENVIRONMENT_HELP}
HF_TOKEN, or what \`hf auth login\` wrote, opens private and gated repositories. HF_HOME moves the cache.
`;

const options = {
  revision: { type: "string" },
  out: { type: "string" },
  id: { type: "string" },
  task: { type: "string" },
  license: { type: "string" },
  texts: { type: "string" },
  windows: { type: "boolean" },
  bits: { type: "string", multiple: true },
  "budget-mb": PLAN_OPTIONS["budget-mb"],
  engine: PLAN_OPTIONS.engine,
  python: { type: "string", default: "python3" },
} as const;

/** What to run next. @param configs of the bundle's isolates, the one that answers HTTP first */
function nextSteps(folder: string, { tasks }: Manifest, configs: string[]): string {
  const deploy = configs.map((path) => `  npx wrangler deploy -c ${relative(process.cwd(), path)}`).toReversed();
  return `Try it here; it answers /v1/${Object.keys(tasks)[0] ?? "embed"}:

  npm start -- --bundle ${folder}

Put it on your account:

  npm run upload -- ${folder}
${deploy.join("\n")}`;
}

await runCommand({ help, options, allowPositionals: true }, async ({ values: args, positionals }) => {
  const [model, ...more] = positionals;
  if (model === undefined || more.length > 0) throw new Refusal("Name one model; see --help.");
  checkedBudget(args);
  if (args.texts !== undefined && !existsSync(args.texts)) throw new Refusal(`There is no file ${args.texts}.`);
  await requireEnvironment(args.python);

  const found = await fetchModel(args.python, model, args.revision);
  const license = args.license ?? found.license;
  console.log(
    `${found.source}\nLicence of the weights: ${license ?? "not stated. Read the model's page before you use them"}`,
  );

  const id = args.id ?? found.id;
  const out = args.out ?? relative(process.cwd(), join(ROOT, "dist/bundles", id));
  const given = (["task", "texts"] as const).flatMap((name) => (args[name] ? [`--${name}`, args[name]] : []));
  await runScript(args.python, "convert.py", [
    ...[`--${found.option}`, found.folder, "--out", out, "--id", id, "--training", `Converted from ${found.source}`],
    ...[...(license ? ["--license", license] : []), ...given, ...(args.windows ? ["--windows"] : [])],
    ...(args.bits ?? []).flatMap((part) => ["--bits", part]),
  ]);

  const { manifest } = await readBundleFolder(out);
  const plan = planFor(manifest, args);
  console.log(`\n${describePlan(manifest, plan)}\n`);
  const configs = await writePlan(manifest, plan, join(ROOT, "dist/plan", manifest.id));
  console.log(nextSteps(out, manifest, configs));
});
