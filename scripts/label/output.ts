import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { type FileHandle, open, readFile, rename, rm, writeFile } from "node:fs/promises";
import { gzipSync } from "node:zlib";
import { Refusal } from "../lib/refusal.ts";

/** How far a labelling is, beside its output until it is done. */
interface Saved {
  /** What was asked; another question does not go on here. */
  question: string;
  rows: number;
  bad: number;
  bytes: { output: number; bad: number };
  /** Of the models that have answered. */
  versions: string[];
  columns: string[];
}

/** What a labelling has written, and where it goes on. */
export interface Output {
  /** Rows that are done, counted as `readRows` yields them. */
  readonly done: Readonly<Saved>;
  /** Writes rows down for good, all or none: what a cut leaves half-written is written again. */
  add(part: { rows: number; output: string; bad: string[]; versions: string[]; columns: string[] }): Promise<void>;
  /** All rows are done. */
  finish(): Promise<void>;
  close(): Promise<void>;
}

/** Where the rows go that have no answer. */
export const badFileOf = (path: string): string => `${path}.bad.ndjson`;

/**
 * Opens the output, new or where it was cut off.
 *
 * @param question all that the output depends on
 * @throws Refusal when the file exists and is no unfinished answer to that question
 */
export async function openOutput(path: string, isGzip: boolean, question: unknown): Promise<Output> {
  const place = `${path}.progress`;
  const hash = createHash("sha256").update(JSON.stringify(question)).digest("hex");
  const fresh: Saved = { question: hash, rows: 0, bad: 0, bytes: { output: 0, bad: 0 }, versions: [], columns: [] };
  const saved = existsSync(place) ? (JSON.parse(await readFile(place, "utf8")) as Saved) : undefined;
  if (saved && saved.question !== hash)
    throw new Refusal(
      `${path} was begun from another file or with other options. Remove it and ${place} to begin anew.`,
    );
  if (!saved && existsSync(path)) throw new Refusal(`${path} exists already.`);
  let done = saved ?? fresh;
  if (!saved) await rm(badFileOf(path), { force: true }); // of an earlier labelling
  await save(place, done);
  const files = { output: await openAt(path, done.bytes.output), bad: undefined as FileHandle | undefined };
  if (saved && done.bad > 0) files.bad = await openAt(badFileOf(path), done.bytes.bad);

  return {
    get done() {
      return done;
    },
    async add({ rows, output, bad, versions, columns }) {
      const text = bad.join("");
      if (text !== "") files.bad ??= await openAt(badFileOf(path), done.bytes.bad);
      const bytes = {
        output: await append(files.output, isGzip && output !== "" ? gzipSync(output) : Buffer.from(output)),
        bad: files.bad ? await append(files.bad, Buffer.from(text)) : 0,
      };
      done = {
        ...done,
        rows: done.rows + rows,
        bad: done.bad + bad.length,
        bytes: { output: done.bytes.output + bytes.output, bad: done.bytes.bad + bytes.bad },
        versions: [...new Set([...done.versions, ...versions])],
        columns,
      };
      await save(place, done);
    },
    finish: () => rm(place),
    async close() {
      await files.output.close();
      await files.bad?.close();
    },
  };
}

/** A file without what stands behind its first bytes. @throws Refusal when it has not so many, or can't be written */
async function openAt(path: string, bytes: number): Promise<FileHandle> {
  try {
    const file = await open(path, "a");
    if ((await file.stat()).size < bytes)
      throw new Refusal(`${path} is shorter than it was. Remove it and its .progress.`);
    await file.truncate(bytes);
    return file;
  } catch (error) {
    if (error instanceof Refusal) throw error;
    throw new Refusal((error as Error).message, { cause: error });
  }
}

async function append(file: FileHandle, bytes: Uint8Array): Promise<number> {
  if (bytes.length > 0) {
    await file.appendFile(bytes);
    await file.datasync();
  }
  return bytes.length;
}

async function save(path: string, saved: Saved): Promise<void> {
  try {
    await writeFile(`${path}.new`, JSON.stringify(saved));
    await rename(`${path}.new`, path);
  } catch (cause) {
    throw new Refusal((cause as Error).message, { cause });
  }
}
