import { quantile } from "../metrics.ts";
import { figureRows, type Row } from "./row.ts";
import { classify, type Service, WHOLE_PASS_TASK } from "./service.ts";
import type { StageTimer } from "./stages.ts";
import type { Texts } from "./texts.ts";
import { type Contestant, takeTurns } from "./turns.ts";

const TOKENS = 25;
const WARM_UP = 15;
const RUNS = 2;

const HEALTH = "/healthz";
const NEW = "a new text";
const UNSTORED = "a new text with no-store";

/**
 * What a new text takes outside the encoder, beside `/healthz`: one request at a time, on one connection. A wait is that of the `/healthz`
 * that comes right after the answer: an answer is put into the Cache API while the next request already waits.
 */
export async function outsideEncoder(
  service: Service,
  { timer }: StageTimer,
  texts: Texts,
  rounds: number,
): Promise<Row[]> {
  const health = async () => (await service.ask(HEALTH)).ms;
  const fresh = (init?: RequestInit) => () => classify(service, texts(TOKENS), TOKENS, init, WHOLE_PASS_TASK);
  const contestants = new Map<string, Contestant>([
    ["idle", health], // what the contestant before left behind ends here
    [HEALTH, health],
    ["pass", timer("simd", "pass", { tokens: TOKENS, runs: RUNS })],
    [UNSTORED, fresh({ headers: { "Cache-Control": "no-store" } })],
    [`${HEALTH} right after ${UNSTORED}`, health],
    [NEW, fresh()],
    [`${HEALTH} right after ${NEW}`, health],
  ]);
  const times = await takeTurns(contestants, { rounds, warmUp: WARM_UP });
  const median = (name: string) => quantile(times.get(name) as number[], 0.5);
  const outside = [UNSTORED, NEW].flatMap((name) => {
    const after = `${HEALTH} right after ${name}`;
    return [
      [`${name}, outside the encoder`, median(name) - median("pass")],
      [after, median(after)],
    ] as const;
  });
  const figures = new Map([[HEALTH, median(HEALTH)], ...outside]);
  return figureRows(figures, HEALTH, { unit: "ms", suffix: ` (simd, ${TOKENS} tokens, one connection)` });
}
