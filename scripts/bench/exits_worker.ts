import { readManifest, readPointer } from "../../src/bundle/bucket.ts";
import type { ClassificationTask } from "../../src/bundle/manifest.ts";
import { headLogits } from "../../src/runtime/heads.ts";
import { loadModel, type Model } from "../../src/runtime/model.ts";
import { firstPassOf, type Purpose, planReading, purposeOf } from "../../src/tasks/read.ts";
import type { Passed } from "./passed.ts";

const MODEL = "bertweet-mini";

/** How a text's one pass is read; `none` only tokenizes. */
const PURPOSES: Record<string, (task: ClassificationTask) => Purpose> = {
  none: () => ({ wanted: "none" }),
  all: () => ({ wanted: "all" }),
  text: () => ({ wanted: "text" }),
  exits: purposeOf,
};

let opened: Promise<Model> | undefined;

/**
 * `POST /{purpose}` with a JSON list of texts runs one pass of each for the classification sentiment; the first request loads. It answers
 * what each pass made. The clock in workerd may stand still while code computes, so the time is taken outside.
 */
export default {
  async fetch(request: Request, { MODELS }: { MODELS: R2Bucket }): Promise<Response> {
    const purpose = PURPOSES[new URL(request.url).pathname.slice(1)];
    if (!purpose) return new Response(null, { status: 404 });
    opened ??= open(MODELS);
    const model = await opened;
    const task = model.manifest.tasks.sentiment as ClassificationTask;
    const wanted = purpose(task);
    const passed: Passed[] = [];
    for (const text of (await request.json()) as string[]) {
      const pass = firstPassOf(planReading(model, { text }, "truncate"), wanted);
      if (!pass) continue;
      const { states, exits, layers } = await model.encode(pass.ids, pass.rows, pass.exits);
      const logits = exits.get(task)?.logits ?? headLogits(states.subarray(0, model.stateSize), model.head(task));
      passed.push({ layers, label: logits.indexOf(Math.max(...logits)) });
    }
    return Response.json(passed);
  },
};

async function open(bucket: R2Bucket): Promise<Model> {
  const { version } = await readPointer(bucket, MODEL);
  const manifest = await readManifest(bucket, version);
  const { layers, vocab_size: residentWords } = manifest.architecture;
  const settings = { engine: "simd", range: { first: 0, end: layers }, next: undefined, residentWords } as const;
  return loadModel(bucket, { version, manifest }, settings, { whole: true });
}
