import { readdir, readFile, readlink } from "node:fs/promises";

/** A process that listens on a TCP port of 127.0.0.1. */
export interface Listener {
  pid: number;
  port: number;
}

const LISTENS = "0A";

/**
 * The workerd processes that this process started, and their ports, from Linux's /proc. wrangler puts a proxy (also a workerd) in
 * front of the Worker. Requests through it take longer, and Cloudflare has no such process.
 */
export async function workerdListeners(): Promise<Listener[]> {
  const portOf = await listeningPorts();
  const found: Listener[] = [];
  for (const name of await readdir("/proc")) {
    const stat = /^\d+$/.test(name) ? await readFile(`/proc/${name}/stat`, "utf8").catch(() => "") : "";
    const [, command, parent] = /\((.*)\) \S (\d+)/.exec(stat) ?? [];
    if (command !== "workerd" || Number(parent) !== process.pid) continue;
    for (const descriptor of await readdir(`/proc/${name}/fd`)) {
      const target = await readlink(`/proc/${name}/fd/${descriptor}`).catch(() => "");
      const port = portOf.get(target);
      if (port) found.push({ pid: Number(name), port });
    }
  }
  return found;
}

/** Listening ports by the names of their sockets in /proc, `socket:[inode]`. */
async function listeningPorts(): Promise<Map<string, number>> {
  const ports = new Map<string, number>();
  for (const line of (await readFile("/proc/net/tcp", "utf8")).split("\n").slice(1)) {
    const [, local, , state, , , , , , inode] = line.trim().split(/\s+/);
    if (local && state === LISTENS) ports.set(`socket:[${inode}]`, Number.parseInt(local.split(":")[1] as string, 16));
  }
  return ports;
}

const TICK_MS = 10; // USER_HZ is 100 on every Linux that Node runs on

/** Milliseconds of CPU that a process has used so far, in steps of 10. */
export async function cpuMs(pid: number): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, "utf8");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) * TICK_MS;
}
