import { LRUCache } from "lru-cache";
import { openBlob } from "../bundle/bucket.ts";
import { BundleError } from "../bundle/bundle-error.ts";
import { openChunkedFile } from "../bundle/chunked-file.ts";
import { fileOf, type Manifest } from "../bundle/manifest.ts";
import {
  FETCHED_WORD_ROWS,
  NEAR_WORD_BYTES,
  STREAMED_PART_BYTES,
  WORD_BYTES_AT_ONCE,
  WORD_READS_AT_ONCE,
  WORD_ROWS_AT_ONCE,
} from "../limits.ts";
import { release } from "./release.ts";
import { wordRowBytes } from "./word-rows.ts";

/** The rows of the word-embedding table, as bytes (see `WordRows`). Rows of rare pieces may be only in the bucket. */
export interface WordTable extends ResidentWords {
  /**
   * @returns the ids' rows one after another, and the number of fetched rows
   * @throws RangeError for an id that is not in the vocabulary, BundleError if fetched bytes are damaged
   */
  rows(ids: Int32Array): Promise<{ rows: Int8Array<ArrayBuffer>; fetched: number }>;
  /**
   * The whole table in parts of WORD_ROWS_AT_ONCE rows; the last part may be shorter. A part is valid until the next one is requested. Rows
   * from the bucket are checked only at the end: then it throws BundleError if they are damaged.
   */
  parts(): AsyncIterable<{ first: number; rows: Int8Array }>;
}

/** The rows of a word table that belong in memory. */
export interface ResidentWords {
  /** Whether all of them are in memory. */
  isFilled(): boolean;
  /**
   * Reads the missing rows. The next call continues where this one stopped.
   *
   * @param isWanted checked between two parts; reading stops when it returns false
   * @throws BundleError when a part is missing or damaged, or does not arrive in time
   */
  fill(isWanted: () => boolean): Promise<void>;
}

/**
 * Opens the table. A vocabulary is sorted by frequency. So `fill` reads the first `resident` rows into memory (rounded up to a whole
 * chunk), and a text of frequent pieces needs no other rows. Another row costs a read of its chunk, or one read for several chunks that
 * are near each other. The last fetched rows are kept.
 *
 * A fetch is not shared between requests: in workerd a promise of one request may never settle for another.
 *
 * @throws BundleError when the file of hashes is missing or damaged
 */
export async function openWordTable(bucket: R2Bucket, manifest: Manifest, resident: number): Promise<WordTable> {
  const { words, tensors, architecture } = manifest;
  if (!words) throw new BundleError("The model has no word table.");
  const vocab = architecture.vocab_size;
  const size = wordRowBytes(manifest);
  const perChunk = words.rows_per_chunk;
  const chunkBytes = perChunk * size;
  const table = fileOf(manifest, tensors.words?.file ?? "");
  const file = await openChunkedFile(bucket, table, fileOf(manifest, words.hashes), chunkBytes);
  const keptChunks = Math.min(Math.ceil(resident / perChunk), Math.ceil(vocab / perChunk));
  const kept = new Int8Array(Math.min(keptChunks * chunkBytes, table.bytes));
  let arrivedChunks = 0;
  const fetched = new LRUCache<number, Int8Array>({ max: FETCHED_WORD_ROWS });

  function rowAt(id: number): Int8Array | undefined {
    return id < arrivedChunks * perChunk ? kept.subarray(id * size, (id + 1) * size) : fetched.get(id);
  }

  /** @param ids in ascending order */
  async function fetchRows(ids: readonly number[]): Promise<Map<number, Int8Array>> {
    const rows = new Map<number, Int8Array>();
    const runs = nearRuns(ids, perChunk, chunkBytes).values();
    const fetchRuns = async () => {
      for (const run of runs) {
        const first = Math.floor((run[0] as number) / perChunk);
        const bytes = new Int8Array((await file.read(first, Math.floor((run.at(-1) as number) / perChunk) + 1)).buffer);
        for (const id of run) {
          const at = (id - first * perChunk) * size;
          rows.set(id, bytes.slice(at, at + size));
        }
      }
    };
    await Promise.all(Array.from({ length: WORD_READS_AT_ONCE }, fetchRuns));
    return rows;
  }

  return {
    async rows(ids) {
      for (const id of ids) if (id < 0 || id >= vocab) throw new RangeError(`The vocabulary has no id ${id}.`);
      const missing = new Set([...ids].filter((id) => !rowAt(id)));
      const found = await fetchRows([...missing].toSorted((a, b) => a - b));
      const rows = new Int8Array(ids.length * size);
      for (const [index, id] of ids.entries()) rows.set(found.get(id) ?? (rowAt(id) as Int8Array), index * size);
      for (const [id, row] of found) fetched.set(id, row);
      return { rows, fetched: found.size };
    },
    isFilled: () => arrivedChunks === keptChunks,
    async fill(isWanted) {
      const atOnce = Math.max(1, Math.floor(WORD_BYTES_AT_ONCE / chunkBytes));
      while (arrivedChunks < keptChunks && isWanted()) {
        const first = arrivedChunks;
        const end = Math.min(first + atOnce, keptChunks);
        const part = await file.read(first, end);
        kept.set(new Int8Array(part.buffer), first * chunkBytes);
        release(part);
        await scheduler.wait(0); // requests go first
        arrivedChunks = Math.max(arrivedChunks, end);
      }
    },
    async *parts() {
      if (arrivedChunks * perChunk >= vocab) {
        for (let first = 0; first < vocab; first += WORD_ROWS_AT_ONCE)
          yield { first, rows: kept.subarray(first * size, (first + WORD_ROWS_AT_ONCE) * size) };
        return;
      }
      let first = 0;
      const parts = await openBlob(bucket, table, WORD_ROWS_AT_ONCE * size);
      for await (const { buffer, byteOffset, length } of parts) {
        yield { first, rows: new Int8Array(buffer, byteOffset, length) };
        first += length / size;
      }
    },
  };
}

/** Splits ascending ids into runs with one read each. A new run begins if reading further would cost more than another read, or would be too large. */
function nearRuns(ids: readonly number[], perChunk: number, chunkBytes: number): number[][] {
  const runs: number[][] = [];
  let run: number[] = [];
  const bytesTo = (id: number, from: number) => (Math.floor(id / perChunk) - Math.floor(from / perChunk)) * chunkBytes;
  for (const id of ids) {
    const isNear = run.length > 0 && bytesTo(id, run.at(-1) as number) <= NEAR_WORD_BYTES;
    if (isNear && bytesTo(id, run[0] as number) < STREAMED_PART_BYTES) run.push(id);
    else {
      run = [id];
      runs.push(run);
    }
  }
  return runs;
}
