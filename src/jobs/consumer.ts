import { causesOf } from "../http/causes.ts";
import { JOB_RETRY_SECONDS } from "../job-limits.ts";
import { log } from "../log.ts";
import type { Host } from "../runtime/versions/index.ts";
import { answerChunk } from "./chunk.ts";
import type { ChunkMessage, JobsEnv } from "./env.ts";
import { InputError } from "./input/index.ts";
import { keysOf } from "./keys.ts";
import { sendAll } from "./messages.ts";
import { PinError } from "./pinned.ts";
import type { CallLimits } from "./price.ts";
import { stopRun } from "./runs.ts";
import { putOnce } from "./store.ts";

/**
 * Answers the chunk of a message. A failure that is of the moment sends the message again later; after some times Cloudflare moves it to the
 * queue of dead letters. What no further attempt can mend stops the job.
 */
export async function consume(
  env: JobsEnv,
  host: Host,
  message: Message<ChunkMessage>,
  limits: CallLimits,
): Promise<void> {
  const { body, attempts } = message;
  const { job, run, chunk } = body;
  try {
    const outcome = await answerChunk(env, host, body, limits);
    if (outcome === "rest") await sendAll(env.JOB_CHUNKS, [body]); // a new message: its attempts begin anew, since something was achieved
    message.ack();
  } catch (error) {
    if (error instanceof InputError || error instanceof PinError) {
      await stopRun(env, job, run, { state: "failed", reason: error.message });
      message.ack();
      return;
    }
    log({ event: "chunk-failed", job, run, chunk: chunk.index, attempts, causes: causesOf(error) });
    const { first, most } = JOB_RETRY_SECONDS;
    message.retry({ delaySeconds: Math.min(most, first * 2 ** (attempts - 1)) });
  }
}

/** Notes that a chunk was given up. */
export async function bury({ JOB_OUTPUT }: JobsEnv, message: Message<ChunkMessage>): Promise<void> {
  const { job, run, chunk } = message.body;
  await putOnce(JOB_OUTPUT, keysOf(job).dead(run, chunk.index), "");
  log({ event: "chunk-given-up", job, run, chunk: chunk.index });
  message.ack();
}
