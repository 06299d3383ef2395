import { readFile } from "node:fs/promises";
import { type Service, startWorker } from "./service.ts";
import { type Contestant, clock } from "./turns.ts";

/** What stages_worker.ts can time. */
type Stage = "tokenize" | "embed" | "encode" | "heads" | "states";

/** The stages of an answer in a workerd of their own, where both engines and the usual export run side by side. */
export interface StageTimer {
  service: Service;
  /** Milliseconds of one run, out of `runs` in one request; a request that makes none is timed beside it and taken off. */
  timer(contestant: string, stage: Stage, options: { tokens: number; runs: number; text?: string }): Contestant;
}

/** @param stock the usual export, where there is one to compare with */
export async function startStages(stock?: string): Promise<StageTimer> {
  const service = await startWorker("stages_worker.ts");
  if (stock) await service.bucket.put("stock.onnx", await readFile(stock));
  return {
    service,
    timer(contestant, stage, { tokens, runs, text = "" }) {
      const request = (count: number) =>
        clock(() =>
          service.ask(`/${contestant}/${stage}?tokens=${tokens}&runs=${count}&text=${encodeURIComponent(text)}`),
        );
      return async () => ((await request(runs)) - (await request(0))) / runs;
    },
  };
}
