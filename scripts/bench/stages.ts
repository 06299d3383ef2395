import { readFile } from "node:fs/promises";
import { type Service, startWorker } from "./service.ts";
import { type Contestant, clock } from "./turns.ts";

/** The stages that stages_worker.ts can time. */
type Stage = "tokenize" | "embed" | "encode" | "pass" | "heads" | "states";

/** Times the stages of an answer in a separate workerd, with both engines and the usual export side by side. */
export interface StageTimer {
  service: Service;
  /** Milliseconds of one run, from `runs` runs in one request. The time of a request without runs is subtracted. */
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
