import { JOB_R2_LIMIT_MS } from "../job-limits.ts";
import { within } from "../within.ts";
import { keysOf } from "./keys.ts";
import type { AnsweredRow } from "./row.ts";
import { inTime, listed, putOnce, StorageError } from "./store.ts";

/** The least rate at which a chunk is joined: a megabyte a second. */
const JOIN_BYTES_A_MS = 1_000;

/** What a part of a chunk, or a whole one, holds. */
export interface Facts {
  /** Lines with an answer, and lines that tell what is wrong with their row. */
  answered: number;
  failed: number;
  tokens: number;
  windows: number;
}

/** A part of a chunk's answers that is stored. */
export interface Part extends Facts {
  key: string;
  bytes: number;
  /** Whether the chunk ends with it. */
  last: boolean;
}

const NO_FACTS: Facts = { answered: 0, failed: 0, tokens: 0, windows: 0 };

/** Sums of the members. */
export function sumOf(parts: readonly Facts[]): Facts {
  const sum = { ...NO_FACTS };
  for (const part of parts) for (const name of Object.keys(sum) as (keyof Facts)[]) sum[name] += part[name];
  return sum;
}

/** Facts of an object's `customMetadata`. */
export function factsOf({ customMetadata = {} }: Pick<R2Object, "customMetadata">): Facts {
  const names = Object.keys(NO_FACTS) as (keyof Facts)[];
  return Object.fromEntries(names.map((name) => [name, Number(customMetadata[name])])) as unknown as Facts;
}

/** The same as `customMetadata`. */
export function metadataOf({ answered, failed, tokens, windows }: Facts): Record<string, string> {
  const facts = { answered, failed, tokens, windows };
  return Object.fromEntries(Object.entries(facts).map(([name, value]) => [name, String(value)]));
}

/** Collects lines up to a part. */
export function openPart() {
  const encoder = new TextEncoder();
  const lines: Uint8Array[] = [];
  let bytes = 0;
  const facts = { ...NO_FACTS };
  return {
    facts,
    bytes: () => bytes,
    add({ line, failed, tokens, windows }: AnsweredRow) {
      const encoded = encoder.encode(line);
      lines.push(encoded);
      bytes += encoded.length;
      facts[failed ? "failed" : "answered"]++;
      facts.tokens += tokens;
      facts.windows += windows;
    },
    content(): Uint8Array {
      const whole = new Uint8Array(bytes);
      let at = 0;
      for (const line of lines) {
        whole.set(line, at);
        at += line.length;
      }
      return whole;
    },
  };
}

/** The parts of a chunk that are stored, in their order. @throws StorageError */
export async function storedParts(bucket: R2Bucket, job: string, chunk: number): Promise<Part[]> {
  const parts: Part[] = [];
  for await (const object of listed(bucket, keysOf(job).partsOf(chunk))) parts.push(partOf(object));
  return parts;
}

function partOf(object: R2Object): Part {
  const { key, size, customMetadata } = object;
  return { ...factsOf(object), key, bytes: size, last: customMetadata?.last === "true" };
}

/**
 * Puts down a part. Two calls may answer the same chunk at the same time: the part that was there first stays, and both go on behind it.
 *
 * @throws StorageError
 */
export async function storePart(
  bucket: R2Bucket,
  key: string,
  part: { content: Uint8Array; facts: Facts; last: boolean },
): Promise<Part> {
  const { content, facts, last } = part;
  const metadata = { ...metadataOf(facts), last: String(last) };
  if (await putOnce(bucket, key, content, metadata)) return { ...facts, key, bytes: content.length, last };
  const other = await inTime(bucket.head(key));
  if (!other) throw new StorageError("A part of a chunk was removed while it was written.");
  return partOf(other);
}

/** Puts down a chunk that is made of parts. It is streamed, so it may be larger than memory. @throws StorageError */
export async function joinParts(bucket: R2Bucket, parts: readonly Part[], key: string): Promise<void> {
  const bytes = parts.reduce((sum, part) => sum + part.bytes, 0);
  const { readable, writable } = new FixedLengthStream(bytes);
  const wanted = new AbortController();
  const copy = async () => {
    for (const part of parts) {
      const object = await inTime(bucket.get(part.key));
      if (!object) throw new StorageError("A part of a chunk was removed before the chunk was whole.");
      await object.body.pipeTo(writable, { preventClose: true, signal: wanted.signal });
    }
    await writable.close();
  };
  const copied = copy().catch((error) => writable.abort(error)); // then the put fails, with this cause
  const limitMs = JOB_R2_LIMIT_MS + bytes / JOIN_BYTES_A_MS;
  try {
    await putOnce(bucket, key, readable, metadataOf(sumOf(parts)), limitMs);
  } finally {
    wanted.abort(); // where the chunk was there already, nobody reads the rest
    await within(
      copied.catch(() => {}),
      JOB_R2_LIMIT_MS,
    );
  }
}
