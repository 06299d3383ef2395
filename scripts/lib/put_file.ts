import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { dirname } from "node:path";

/** Writes a file unless it has these bytes already. Replaces it atomically, because another process may be reading it. */
export async function putFile(path: string, contents: Uint8Array): Promise<void> {
  const held = await readFile(path).catch(() => undefined);
  if (held?.equals(contents)) return;
  await mkdir(dirname(path), { recursive: true });
  const unfinished = `${path}.${process.pid}.tmp`;
  await writeFile(unfinished, contents);
  await rename(unfinished, path);
}
