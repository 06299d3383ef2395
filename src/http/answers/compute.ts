import { RequestFailure, type WorkUnit } from "../../errors.ts";
import { MAX_PREDICTIONS_PER_REQUEST, MAX_WINDOWS_PER_REQUEST } from "../../limits.ts";
import type { Model } from "../../runtime/model.ts";
import { turns } from "../../runtime/turns.ts";
import { inSpan } from "../../spans.ts";
import { type ExtraWork, NO_EXTRA_WORK } from "../../tasks/answer.ts";
import { planReading, type ReadingPlan, read, tokensOfPasses } from "../../tasks/read.ts";
import type { AskedText, Question } from "./question.ts";

/** A text with its question and the model that answers it. */
export interface TextTask<Result> extends AskedText {
  question: Question<Result>;
  model: Model;
}

/** A request's work, counted before any of it is computed. */
interface Work {
  /** Passes of the encoder. */
  windows: number;
  /** Tokens of all passes. */
  tokens: number;
  /** Predictions of masks. */
  predictions: number;
}

export interface ComputeOptions {
  /** How long the request may wait for its turns beyond its own computing time. */
  limitMs: number;
  /** Whether somebody still waits for the answer. */
  isWanted(): boolean;
  /** Counts the work against the client's rate. @throws RequestFailure `rate-limited` */
  charge(work: Work): Promise<void>;
}

export interface Computed<Result> {
  results: Result[];
  work: Work;
  /** Milliseconds spent waiting for turns. */
  waitedMs: number;
  /** Rows of the word table that had to be fetched from the bucket. */
  fetchedWords: number;
}

/**
 * Answers texts one after another, each as if it came alone: tokenize, count the work, wait for a turn, run, score. One text is one
 * run of the encoder: a batch gains nothing in WebAssembly, and with dynamic quantization an answer would depend on its neighbours.
 *
 * @throws RequestFailure `too-much-work`, `overloaded`, `client-left`, or the failure of the first text that has one, with its place
 */
export async function computeAnswers<Result>(
  tasks: readonly TextTask<Result>[],
  { limitMs, isWanted, charge }: ComputeOptions,
): Promise<Computed<Result>> {
  const { plans, extras, work, limited } = await inSpan("tokenize", { texts: tasks.length }, async (span) => {
    const planned = await planAll(tasks);
    span.setAttributes({ tokens: planned.work.tokens, windows: planned.work.windows });
    return planned;
  });
  requireAtMost("windows", limited, MAX_WINDOWS_PER_REQUEST);
  requireAtMost("predictions", work.predictions, MAX_PREDICTIONS_PER_REQUEST);
  await charge(work);

  const extraTokens = extras.reduce((sum, { tokens }) => sum + tokens, 0);
  const ticket = turns.admit({ tokens: work.tokens + extraTokens, limitMs, isWanted });
  try {
    const results: Result[] = [];
    let fetchedWords = 0;
    for (const [index, { model, pointer, question }] of tasks.entries()) {
      const answer = async () => {
        const reading = await read(model, plans[index] as ReadingPlan, question, ticket.turn);
        fetchedWords += reading.fetchedWords;
        return question.answer(model, reading, ticket.turn, extras[index] as ExtraWork);
      };
      results.push(await placed(pointer, answer));
    }
    return { results, work, waitedMs: ticket.waitedMs(), fetchedWords };
  } finally {
    ticket.end();
  }
}

/** Tokenizes all texts and counts what they cost. */
async function planAll<Result>(tasks: readonly TextTask<Result>[]) {
  const plans: ReadingPlan[] = [];
  const work: Work = { windows: 0, tokens: 0, predictions: 0 };
  const extras: ExtraWork[] = [];
  let limited = 0;
  for (const { model, input, pointer, question } of tasks) {
    if (plans.length > 0) await scheduler.wait(0); // tokenizing many long texts may take as long as a pass
    await placed(pointer, async () => {
      const plan = planReading(model, input, question.options.truncation);
      const extra = question.extraWork?.(model, plan) ?? NO_EXTRA_WORK;
      plans.push(plan);
      extras.push(extra);
      const [windows, tokens] = question.wanted === "none" ? [0, 0] : [plan.windows, tokensOfPasses(plan)];
      work.windows += windows + extra.windows;
      work.tokens += tokens;
      limited += extra.windows || windows; // an explanation may have as many passes as others, beside the text's own
      work.predictions += extra.predictions;
    });
  }
  return { plans, extras, work, limited };
}

function requireAtMost(unit: WorkUnit, asked: number, limit: number): void {
  if (asked > limit) throw new RequestFailure({ kind: "too-much-work", unit, asked, limit });
}

/** Runs `act`. If it fails, the failure gets the JSON pointer of its text. */
export async function placed<T>(pointer: string, act: () => T | Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    throw error instanceof RequestFailure ? error.at(pointer) : error;
  }
}
