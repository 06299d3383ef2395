import { createHash } from "node:crypto";
import type { R2Bucket } from "@cloudflare/workers-types";
import { ANSWER_LIMIT_SECONDS, inTime, TRANSFER_LIMIT_SECONDS } from "./in_time.ts";

interface Stat {
  bytes: number;
  /** Lower-case hex. R2 stores it only if the upload contained it. */
  sha256?: string;
}

interface Content {
  bytes: Buffer;
  etag: string;
  uploaded: Date;
}

/** A local or remote bucket, with the calls that releases need. Every call has a deadline. If it fails, its `Refusal` names the call. */
export interface Store {
  stat(key: string): Promise<Stat | undefined>;
  read(key: string): Promise<Content | undefined>;
  /** Writes a new object. R2 checks its SHA-256 (hex). @returns false if the key exists already, whatever its content */
  create(key: string, bytes: Uint8Array, sha256: string): Promise<boolean>;
  /** Replaces an object if it still has this `etag`, or creates it if `etag` is undefined. @returns false if somebody else wrote it first */
  replace(key: string, text: string, etag: string | undefined): Promise<boolean>;
  /** Size in bytes of every object whose key starts with `prefix`. */
  list(prefix: string): Promise<Map<string, number>>;
  delete(keys: string[]): Promise<void>;
}

/** Maximum number of keys that R2 deletes in one call. */
const DELETE_KEYS = 1000;

export function openStore(bucket: R2Bucket): Store {
  return {
    async stat(key) {
      const object = await inTime(`head ${key}`, ANSWER_LIMIT_SECONDS, bucket.head(key));
      if (!object) return undefined;
      const { sha256 } = object.checksums;
      return { bytes: object.size, sha256: sha256 && Buffer.from(sha256).toString("hex") };
    },
    async read(key) {
      const object = await inTime(`get ${key}`, ANSWER_LIMIT_SECONDS, bucket.get(key));
      if (!object) return undefined;
      const { etag, uploaded } = object;
      const bytes = Buffer.from(await inTime(`get ${key}`, TRANSFER_LIMIT_SECONDS, object.arrayBuffer()));
      return { bytes, etag, uploaded };
    },
    async create(key, bytes, sha256) {
      const put = bucket.put(key, bytes, { sha256, onlyIf: { etagDoesNotMatch: "*" } });
      return (await inTime(`put ${key}`, TRANSFER_LIMIT_SECONDS, put)) !== null;
    },
    async replace(key, text, etag) {
      const onlyIf = etag === undefined ? { etagDoesNotMatch: "*" } : { etagMatches: etag };
      return (await inTime(`put ${key}`, ANSWER_LIMIT_SECONDS, bucket.put(key, text, { onlyIf }))) !== null;
    },
    async list(prefix) {
      const sizes = new Map<string, number>();
      let cursor: string | undefined;
      do {
        const page = await inTime(`list ${prefix}`, ANSWER_LIMIT_SECONDS, bucket.list({ prefix, cursor }));
        for (const { key, size } of page.objects) sizes.set(key, size);
        cursor = page.truncated ? page.cursor : undefined;
      } while (cursor !== undefined);
      return sizes;
    },
    async delete(keys) {
      for (let first = 0; first < keys.length; first += DELETE_KEYS)
        await inTime("delete", ANSWER_LIMIT_SECONDS, bucket.delete(keys.slice(first, first + DELETE_KEYS)));
    },
  };
}

/** SHA-256 in lower-case hex. */
export function sha256Of(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}
