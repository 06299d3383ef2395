import { join } from "node:path";
import { BUNDLE, ROOT } from "../bench/service.ts";
import { type Figures, type Isolate, startIsolates } from "../memory/isolates.ts";
import { seed } from "../seed.ts";

/** The service that is loaded. */
export interface SoakTarget {
  url: URL;
  /** What its isolate holds, garbage included or not; of a service that runs elsewhere nobody knows. */
  memory?(garbage: "with garbage" | "without garbage"): Promise<Figures>;
  close(): Promise<void>;
}

/** The project's Worker in a workerd of its own. @param limitMs how long a request may wait for its turn */
export async function startTarget(engine: "ort" | "simd", limitMs: number): Promise<SoakTarget> {
  const vars = { ENGINE: engine, QUEUE_LIMIT_MS: String(limitMs) };
  const { url, bucket, isolates, close } = await startIsolates([join(ROOT, "wrangler.toml")], vars, true);
  await seed(bucket, BUNDLE);
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
