import { execFileSync } from "node:child_process";
import { availableParallelism } from "node:os";

/**
 * Keeps a process, with all its threads, on one core: the load on the first, what is loaded on the last, so that a server has one
 * core and its clients don't take of it. Where there is no taskset, or one core alone, nothing happens.
 *
 * @returns whether it was done
 */
export function pin(pid: number, side: "load" | "server"): boolean {
  const last = availableParallelism() - 1;
  return last > 0 && taskset(pid, side === "load" ? "0" : String(last));
}

/** Gives a process all cores again. */
export function unpin(pid: number, cores: number): void {
  taskset(pid, `0-${cores - 1}`);
}

function taskset(pid: number, cores: string): boolean {
  try {
    execFileSync("taskset", ["--all-tasks", "--cpu-list", "--pid", cores, String(pid)], { stdio: "ignore" });
    return true;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return false;
    throw error;
  }
}
