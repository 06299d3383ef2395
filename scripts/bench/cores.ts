import { execFileSync } from "node:child_process";
import { availableParallelism } from "node:os";

/**
 * Pins a process, with all its threads, to one core: the client to the first core, the server to the last. So the clients don't use the
 * server's core. Does nothing without taskset, or with one core only.
 *
 * @returns whether the process was pinned
 */
export function pin(pid: number, side: "load" | "server"): boolean {
  const last = availableParallelism() - 1;
  return last > 0 && pinTo(pid, side === "load" ? "0" : String(last));
}

/** Gives a process all cores again. */
export function unpin(pid: number, cores: number): void {
  pinTo(pid, `0-${cores - 1}`);
}

/** Pins a process, with all its threads, to a list of cores such as `0-1`. @returns whether it was pinned */
export function pinTo(pid: number, cores: string): boolean {
  try {
    execFileSync("taskset", ["--all-tasks", "--cpu-list", "--pid", cores, String(pid)], { stdio: "ignore" });
    return true;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return false;
    throw error;
  }
}
