import { readFile, writeFile } from "node:fs/promises";

/** Memory of a process by Linux, in bytes: workerd itself and all of its isolates, including those of miniflare's R2 and cache. */
export interface ProcessMemory {
  resident: number;
  /** Peak resident memory since `resetPeak`. The kernel records it, so it is complete. */
  peak: number;
  /** Executable pages without a file: V8's compiled code, mainly WebAssembly. */
  code: number;
}

/** Resets `peak`. */
export async function resetPeak(pid: number): Promise<void> {
  await writeFile(`/proc/${pid}/clear_refs`, "5");
}

export async function processMemory(pid: number): Promise<ProcessMemory> {
  const status = await readFile(`/proc/${pid}/status`, "utf8");
  const kilobytes = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+) kB`, "m").exec(status)?.[1]);
  return { resident: 1024 * kilobytes("VmRSS"), peak: 1024 * kilobytes("VmHWM"), code: await compiledBytes(pid) };
}

/** A mapping's first line names its rights and, behind five fields, its file; `Rss:` is one of those below. */
async function compiledBytes(pid: number): Promise<number> {
  let executable = false;
  let bytes = 0;
  for (const line of (await readFile(`/proc/${pid}/smaps`, "utf8")).split("\n")) {
    const mapping = /^[\da-f]+-[\da-f]+ ..(.). \S+ \S+ \d+\s*(.*)$/.exec(line);
    if (mapping) executable = mapping[1] === "x" && !/^[/[]/.test(mapping[2] ?? "");
    else if (executable && line.startsWith("Rss:")) bytes += 1024 * Number(/\d+/.exec(line)?.[0]);
  }
  return bytes;
}
