import type { Model } from "../runtime/model.ts";
import type { Host } from "../runtime/versions/index.ts";
import type { ChunkMessage, JobsEnv } from "./env.ts";
import { readHeader } from "./indexing.ts";
import { type Chunk, readChunk } from "./input/index.ts";
import { answerKeysOf, keysOf } from "./keys.ts";
import { joinParts, metadataOf, openPart, type Part, storedParts, storePart } from "./parts.ts";
import { pinnedModel } from "./pinned.ts";
import { type CallLimits, priceOf } from "./price.ts";
import { answerRow } from "./row.ts";
import { isStopped } from "./runs.ts";
import { sourceOf } from "./source.ts";
import { readSpec, type Spec } from "./spec.ts";
import { inTime, putOnce } from "./store.ts";

/** `done`: the chunk is there. `rest`: the call has done its share, and another one must go on. `dropped`: nobody wants the chunk any more. */
type Outcome = "done" | "rest" | "dropped";

/**
 * Answers a chunk, or goes on where an earlier call has stopped or was stopped. However often and by however many calls at once it is
 * asked for, its bytes are the same: every part and the chunk itself are put only where there is none.
 *
 * @throws InputError if the input was changed, PinError if the model is gone, and whatever else keeps it from going on now
 */
export async function answerChunk(
  env: JobsEnv,
  host: Host,
  { job, run, chunk }: ChunkMessage,
  limits: CallLimits,
): Promise<Outcome> {
  const spec = await readSpec(env, job);
  if (!spec || (await isStopped(env, job, run))) return "dropped";
  const { JOB_OUTPUT } = env;
  const key = answerKeysOf(spec.output.folder).chunk(chunk.index);
  if (await inTime(JOB_OUTPUT.head(key))) return "done";
  const parts = await storedParts(JOB_OUTPUT, job, chunk.index);
  if (!parts.at(-1)?.last) {
    const model = await pinnedModel(env, spec, host);
    const outcome = await answerParts(env, { spec, run, chunk, model, parts, limits });
    if (outcome !== "parts") return outcome;
  }
  await joinParts(JOB_OUTPUT, parts, key);
  return "done";
}

interface Work {
  spec: Spec;
  run: number;
  chunk: Chunk;
  model: Model;
  /** Those that are stored. The new ones are added. */
  parts: Part[];
  limits: CallLimits;
}

/** Answers the rows behind the stored parts. @returns `parts` if all parts are stored, but not yet the chunk */
async function answerParts(env: JobsEnv, work: Work): Promise<Outcome | "parts"> {
  const { spec, run, chunk, model, parts, limits } = work;
  const { JOB_OUTPUT } = env;
  const startedAt = Date.now();
  let [spent, spentOnPart] = [0, 0];
  let part = openPart();
  const store = async (last: boolean) => {
    const key = keysOf(spec.id).part(chunk.index, parts.length);
    const stored = await storePart(JOB_OUTPUT, key, { content: part.content(), facts: part.facts, last });
    const skip = stored.answered + stored.failed - (part.facts.answered + part.facts.failed);
    parts.push(stored);
    [part, spentOnPart] = [openPart(), 0];
    return skip;
  };
  let skip = parts.reduce((sum, { answered, failed }) => sum + answered + failed, 0);
  for await (const row of readChunk(
    sourceOf(env, spec, chunk),
    spec.input.format,
    chunk,
    await readHeader(env, spec),
  )) {
    if (skip > 0) {
      skip--;
      continue;
    }
    const answered = await answerRow(spec, model, row);
    part.add(answered);
    const price = priceOf(answered, model.manifest);
    spent += price;
    spentOnPart += price;
    const isSpent = spent >= limits.call || Date.now() - startedAt >= limits.callMs;
    if (!isSpent && spentOnPart < limits.part && part.bytes() < limits.partBytes) continue;
    skip = await store(false);
    if (skip !== 0 || isSpent) return "rest"; // another call's part ends elsewhere
    if (await isStopped(env, spec.id, run)) return "dropped";
  }
  if (parts.length > 0) {
    await store(true);
    return parts.at(-1)?.last ? "parts" : "rest";
  }
  const key = answerKeysOf(spec.output.folder).chunk(chunk.index);
  await putOnce(JOB_OUTPUT, key, part.content(), metadataOf(part.facts));
  return "done";
}
