import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { BundleError } from "../bundle/bundle-error.ts";
import { blobKey } from "../bundle/keys.ts";
import { folderBucket } from "./folder-bucket.ts";

const BYTES = Uint8Array.from({ length: 300_000 }, (_, index) => index * 7);
const FILE = { name: "a.bin", bytes: BYTES.length, sha256: "0".repeat(64) };

/** Answers /ranged/a.bin with the requested range, and /whole/a.bin always with the whole file. */
const server = createServer(({ url = "", headers }, response) => {
  if (!url.endsWith(FILE.name)) return response.writeHead(404).end("no such file");
  const [, from, last] = /bytes=(\d+)-(\d+)/.exec(headers.range ?? "") ?? [];
  if (from === undefined || url.startsWith("/whole/")) return response.end(BYTES);
  response.writeHead(206).end(BYTES.subarray(Number(from), Number(last) + 1));
});
let folder: string;
let origin: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "bertweet-folder-"));
  await writeFile(join(folder, FILE.name), BYTES);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(async () => {
  server.close();
  await rm(folder, { recursive: true });
});

/** The parts that a reader gets when it asks for this many bytes at once. */
async function readAll(place: URL, atOnce: number, range?: { offset: number; length: number }): Promise<Uint8Array> {
  const object = await folderBucket(place, [FILE]).get(blobKey(FILE.sha256), range && { range });
  const reader = (object as R2ObjectBody).body.getReader({ mode: "byob" });
  const parts: Uint8Array[] = [];
  for (;;) {
    const { done, value } = await reader.readAtLeast(atOnce, new Uint8Array(atOnce));
    if (done) return Buffer.concat(parts);
    if (parts.length > 0) expect(parts.at(-1)?.length).toBe(atOnce);
    parts.push(value.slice());
  }
}

describe.each(["file", "ranged", "whole"])("a folder (%s)", (kind) => {
  const place = () => (kind === "file" ? pathToFileURL(`${folder}/`) : new URL(`${origin}/${kind}/`));

  test("gives a file in parts of the size that is asked for", async () => {
    expect(Buffer.compare(await readAll(place(), 65_536), BYTES)).toBe(0);
  });

  test.each([
    [0, 10],
    [100_001, 150_000],
    [BYTES.length - 1, 1],
  ])("gives a part of a file, from %i %i bytes", async (offset, length) => {
    const found = await readAll(place(), 4_096, { offset, length });
    expect(Buffer.compare(found, BYTES.subarray(offset, offset + length))).toBe(0);
  });

  test("says what is missing", async () => {
    expect(await folderBucket(place(), [FILE]).get("blobs/other")).toBeNull();
    const missing = folderBucket(place(), [{ ...FILE, name: "b.txt" }]).get(blobKey(FILE.sha256));
    await expect(missing).rejects.toThrow(BundleError);
    await expect(missing).rejects.toThrow("b.txt");
  });
});
