import { join } from "node:path";
import type { R2Bucket } from "@cloudflare/workers-types";
import { BUNDLE, ROOT } from "../bench/service.ts";
import { type Figures, type Isolate, startIsolates } from "../memory/isolates.ts";
import { seed } from "../seed.ts";

/** The service under load. */
export interface SoakTarget {
  url: URL;
  /** Memory of its isolate, with or without garbage. Absent for a service that runs elsewhere. */
  memory?(garbage: "with garbage" | "without garbage"): Promise<Figures>;
  close(): Promise<void>;
}

/** Starts the project's Worker in its own workerd. @param limitMs how long a request may wait for its turn */
export async function startTarget(engine: "ort" | "simd", limitMs: number): Promise<SoakTarget> {
  const vars = { ENGINE: engine, QUEUE_LIMIT_MS: String(limitMs) };
  const fill = (bucket: R2Bucket) => seed(bucket, BUNDLE);
  const { url, isolates, close } = await startIsolates([join(ROOT, "wrangler.toml")], { fill, vars, isQuiet: true });
  const [isolate] = isolates as [Isolate];
  return {
    url,
    close,
    async memory(garbage) {
      if (garbage === "without garbage") await isolate.collectGarbage();
      return isolate.read();
    },
  };
}
