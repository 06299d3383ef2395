import { LRUCache } from "lru-cache";
import { JOB_INDEX_PAGE, MAX_JOB_CHUNKS } from "../job-limits.ts";
import type { JobsEnv } from "./env.ts";
import { type Chunk, cut, cutGzip, headerOf, InputError } from "./input/index.ts";
import { keysOf } from "./keys.ts";
import { inputOf } from "./source.ts";
import type { Spec } from "./spec.ts";
import { putOnce, readJson, StorageError } from "./store.ts";

/** How an input was cut. Written once all pages of the index are. */
export interface Index {
  chunks: number;
  /** Names of a table's columns. */
  header?: readonly string[];
}

/** Jobs whose index an isolate remembers. */
const REMEMBERED = 32;

const known = new LRUCache<string, Index>({ max: REMEMBERED });

/** How a job's input was cut; undefined before. @throws StorageError */
export async function readIndex({ JOB_OUTPUT }: JobsEnv, job: string): Promise<Index | undefined> {
  const index = known.get(job) ?? (await readJson<Index>(JOB_OUTPUT, keysOf(job).index));
  if (index) known.set(job, index);
  return index;
}

/** Names of the columns of a job's input, if it is a table. @throws StorageError */
export async function readHeader(env: JobsEnv, { id }: Spec): Promise<readonly string[] | undefined> {
  return (await readIndex(env, id))?.header;
}

/** The chunks of a page of the index. @throws StorageError if there is none */
export async function readPage({ JOB_OUTPUT }: JobsEnv, job: string, page: number): Promise<Chunk[]> {
  const chunks = await readJson<Chunk[]>(JOB_OUTPUT, keysOf(job).indexPage(page));
  if (!chunks) throw new StorageError("A page of the job's index was removed.");
  return chunks;
}

/**
 * Cuts a job's input into chunks, and writes their list. A compressed input is decompressed in one pass, and put down in pieces. What an
 * interrupted call has written is the same and stays.
 *
 * @param chunkBytes of the input, that a chunk covers at least
 * @throws InputError if the input was changed, or can't be cut
 */
export async function indexInput(env: JobsEnv, spec: Spec, chunkBytes: number): Promise<Index> {
  const written = await readIndex(env, spec.id);
  if (written) return written;
  const { JOB_OUTPUT } = env;
  const keys = keysOf(spec.id);
  let page: Chunk[] = [];
  let pages = 0;
  const flush = async () => {
    await putOnce(JOB_OUTPUT, keys.indexPage(pages++), JSON.stringify(page));
    page = [];
  };
  let chunks = 0;
  const { header, cuts } = await cutsOf(env, spec, chunkBytesOf(spec.input, chunkBytes));
  for await (const chunk of cuts) {
    if (++chunks > MAX_JOB_CHUNKS)
      throw new InputError(`A job may have ${MAX_JOB_CHUNKS} chunks, and this input has more.`);
    page.push(chunk);
    if (page.length === JOB_INDEX_PAGE) await flush();
  }
  if (page.length > 0) await flush();
  const index: Index = { chunks, ...(header.names && { header: header.names }) };
  await putOnce(JOB_OUTPUT, keys.index, JSON.stringify(index));
  return index;
}

/** A larger input has larger chunks. Of a compressed one the size is unknown, and texts become five times smaller at most. */
function chunkBytesOf({ bytes, gzip }: Spec["input"], least: number): number {
  return Math.max(least, Math.ceil(((gzip ? 8 : 1) * bytes) / (MAX_JOB_CHUNKS - 1)));
}

/** The chunks of an input, and the names of its columns, which are known by the first chunk. */
async function cutsOf(env: JobsEnv, spec: Spec, chunkBytes: number) {
  const { format, gzip, bytes } = spec.input;
  const source = inputOf(env, spec);
  const header: { names?: readonly string[] } = {};
  if (!gzip || format === "parquet") {
    const names = await headerOf(source, format);
    return { header: { ...(names && { names }) }, cuts: cut(source, format, chunkBytes) };
  }
  async function* stage(): AsyncGenerator<Chunk> {
    if (format === "parquet") return;
    for await (const piece of cutGzip(await source.read(0, bytes), format, chunkBytes)) {
      await putOnce(env.JOB_OUTPUT, keysOf(spec.id).piece(piece.index), piece.bytes);
      if (piece.header.length > 0) header.names = piece.header;
      yield { index: piece.index, start: 0, end: piece.bytes.length, firstLine: piece.firstLine };
    }
  }
  return { header, cuts: stage() };
}
