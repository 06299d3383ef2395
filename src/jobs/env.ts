import type { Chunk } from "./input/index.ts";

/** Asks for the answers of one chunk. Every message is small, and holds nothing that a user wrote. */
export interface ChunkMessage {
  /** The job's id. */
  job: string;
  run: number;
  chunk: Chunk;
}

/** What a Workflow is started with. */
export interface RunParams {
  /** The job's id. */
  job: string;
  run: number;
}

/** The bindings and variables of `[env.jobs]` in wrangler.toml, which the Worker that answers the API has not. */
export interface JobsEnv extends Env {
  JOB_INPUT: R2Bucket;
  /** The bucket for answers. It holds what is known about the jobs too, below `jobs/`. */
  JOB_OUTPUT: R2Bucket;
  JOB_CHUNKS: Queue<ChunkMessage>;
  JOB_RUNS: Workflow<RunParams>;
  /** Names of the two buckets in `r2://BUCKET/KEY`. */
  INPUT_BUCKET: string;
  OUTPUT_BUCKET: string;
  /** After so many days a job's answers are removed, but for its manifest; "" keeps them. */
  JOB_RETENTION_DAYS: string;
}
