import fs from "node:fs/promises";
import { syncBuiltinESMExports } from "node:module";

/*
 * Preloaded before a command: ends its process by SIGKILL at the change of a file whose number is KILL_AT, before it is made, or for bytes
 * that are appended when half of them are written.
 */

let left = Number(process.env.KILL_AT);

function isTheEnd(): boolean {
  return --left === 0;
}

function end(): never {
  process.kill(process.pid, "SIGKILL");
  for (;;); // the signal comes at once, and nothing may happen until then
}

type Change = (...args: unknown[]) => Promise<unknown>;

function endBefore(owner: object, name: string): void {
  const methods = owner as Record<string, Change>;
  const change = methods[name] as Change;
  methods[name] = function (this: unknown, ...args: unknown[]) {
    if (isTheEnd()) end();
    return change.apply(this, args);
  };
}

const file = await fs.open(import.meta.filename);
const handle = Object.getPrototypeOf(file) as fs.FileHandle;
await file.close();
for (const name of ["writeFile", "rename", "rm", "open"]) endBefore(fs, name);
for (const name of ["truncate", "datasync", "close"]) endBefore(handle, name);

const halfOf = (bytes: Uint8Array): Uint8Array => bytes.subarray(0, bytes.length / 2);

const append = handle.appendFile;
handle.appendFile = async function (bytes) {
  if (!isTheEnd()) return append.call(this, bytes);
  await append.call(this, halfOf(bytes as Uint8Array));
  end();
};
syncBuiltinESMExports();
