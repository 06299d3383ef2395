/* Loaded before each thread: when the file FAULT_FILE appears, the first thread that sees it fails as the file says. */
import { readFileSync, unlinkSync } from "node:fs";
import { isMainThread } from "node:worker_threads";

function takeFault() {
  try {
    const fault = readFileSync(process.env.FAULT_FILE, "utf8");
    unlinkSync(process.env.FAULT_FILE);
    return fault;
  } catch {
    return undefined;
  }
}

function fillHeap() {
  const kept = [];
  for (;;) kept.push(Array.from({ length: 1_000 }, (_, index) => ({ index })));
}

if (!isMainThread)
  setInterval(() => {
    const fault = takeFault();
    if (fault === "throw") throw new Error("a fault");
    if (fault === "heap") fillHeap();
  }, 20).unref();
