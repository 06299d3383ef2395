import { type Report, timeRows } from "./row.ts";
import { BUNDLE, startService } from "./service.ts";
import type { Settings } from "./settings.ts";
import { startStages } from "./stages.ts";
import { commonTexts } from "./texts.ts";
import { type Contestant, clock, takeTurns } from "./turns.ts";

const TOKENS = 25;
const TEXTS_AT_ONCE = 64;

/** What a line of a stream takes beside the encoder's part of it, and beside a text of a batch. */
export async function stream({ quick }: Settings): Promise<Report> {
  const service = await startService("simd");
  const stages = await startStages();
  const texts = await commonTexts(BUNDLE);
  const some = () => Array.from({ length: TEXTS_AT_ONCE }, () => texts(TOKENS));
  const ask = (path: string, type: string, body: string) => async () => {
    const headers = { "Content-Type": type, "Cache-Control": "no-store" };
    const { body: answers } = await service.ask(path, { method: "POST", headers, body });
    if (answers.includes('"error"')) throw new Error(answers);
  };
  const lines = () => some().map((text) => `${JSON.stringify({ text })}\n`);
  const each = (work: () => Promise<unknown>) => clock(work).then((ms) => ms / TEXTS_AT_ONCE);
  const streamed = () => ask("/v1/sentiment/stream", "application/x-ndjson", lines().join(""));
  const batch = () => ask("/v1/sentiment", "application/json", JSON.stringify({ texts: some() }));
  const contestants = new Map<string, Contestant>([
    ["the encoder alone", stages.timer("simd", "states", { tokens: TOKENS, runs: TEXTS_AT_ONCE })],
    ["a line of a stream", () => each(streamed())],
    ["a text of a batch", () => each(batch())],
  ]);
  const times = await takeTurns(contestants, { rounds: quick ? 3 : 20, warmUp: 2 });
  await service.close();
  await stages.service.close();
  return { rows: timeRows(times, "the encoder alone", { suffix: `, simd, ${TOKENS} tokens` }), notes: [] };
}
