import { LRUCache } from "lru-cache";
import { openBlob } from "../bundle/bucket.ts";
import { type ChunkedFile, openChunkedFile } from "../bundle/chunked-file.ts";
import { fileOf, type Manifest } from "../bundle/manifest.ts";
import { FETCHED_WORD_ROWS, WORD_ROWS_AT_ONCE } from "../limits.ts";
import { wordRowBytes } from "./word-rows.ts";

/** The rows of the word-embedding table, as bytes (`WordRows` says what they mean); those of rare pieces may lie in the bucket alone. */
export interface WordTable {
  /**
   * @returns the ids' rows one after another, and how many of them had to be fetched
   * @throws RangeError for an id that is not in the vocabulary, BundleError when what was fetched is damaged
   */
  rows(ids: Int32Array): Promise<{ rows: Int8Array<ArrayBuffer>; fetched: number }>;
  /**
   * The whole table from its first row to its last, WORD_ROWS_AT_ONCE at a time but for the last part; a part's rows are gone once
   * the next is asked for. Only at its end are rows from the bucket checked: throws BundleError when they are damaged.
   */
  parts(): AsyncIterable<{ first: number; rows: Int8Array }>;
}

/**
 * Opens the table. A vocabulary is sorted by frequency, so the first `resident` rows (up to the next whole chunk) are kept in
 * memory and a text of frequent pieces pays nothing; another row costs a read of its chunk. The last few rows so fetched are kept.
 *
 * A fetch is not shared between requests: in workerd a promise of one request may never settle for another.
 *
 * @throws BundleError when a file is missing or damaged
 */
export async function openWordTable(bucket: R2Bucket, manifest: Manifest, resident: number): Promise<WordTable> {
  const { words, tensors, architecture } = manifest;
  const vocab = architecture.vocab_size;
  const size = wordRowBytes(manifest);
  const perChunk = words.rows_per_chunk;
  const chunks = Math.ceil(vocab / perChunk);
  const table = fileOf(manifest, tensors.words?.file ?? "");
  const file = await openChunkedFile(bucket, table, fileOf(manifest, words.hashes), perChunk * size);
  const keptChunks = Math.min(Math.ceil(resident / perChunk), chunks);
  const kept = keptChunks * perChunk;
  const frequent = await readRows(file, 0, keptChunks);
  const fetched = new LRUCache<number, Int8Array>({ max: FETCHED_WORD_ROWS });

  async function fetchRow(id: number): Promise<Int8Array> {
    const chunk = Math.floor(id / perChunk);
    const at = (id - chunk * perChunk) * size;
    const row = (await readRows(file, chunk, chunk + 1)).slice(at, at + size);
    fetched.set(id, row);
    return row;
  }

  return {
    async rows(ids) {
      const rows = new Int8Array(ids.length * size);
      let count = 0;
      for (const [index, id] of ids.entries()) {
        if (id < 0 || id >= vocab) throw new RangeError(`The vocabulary has no id ${id}.`);
        let row = id < kept ? frequent.subarray(id * size, (id + 1) * size) : fetched.get(id);
        if (!row) {
          row = await fetchRow(id);
          count++;
        }
        rows.set(row, index * size);
      }
      return { rows, fetched: count };
    },
    async *parts() {
      if (kept >= vocab) {
        for (let first = 0; first < vocab; first += WORD_ROWS_AT_ONCE)
          yield { first, rows: frequent.subarray(first * size, (first + WORD_ROWS_AT_ONCE) * size) };
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

async function readRows(file: ChunkedFile, first: number, end: number): Promise<Int8Array<ArrayBuffer>> {
  return new Int8Array(first === end ? new ArrayBuffer(0) : (await file.read(first, end)).buffer);
}
