import { type Failure, problemOf, RequestFailure } from "../errors.ts";
import { analysis } from "../http/answers/analysis.ts";
import { computeAnswers } from "../http/answers/compute.ts";
import { item } from "../http/answers/items.ts";
import { failureOfInput } from "../http/invalid-input.ts";
import { analyzeLine } from "../http/schemas/input.ts";
import { STREAM_LINE_WAIT_MS } from "../limits.ts";
import type { Model } from "../runtime/model.ts";
import type { InputRow } from "./input/index.ts";
import type { Spec } from "./spec.ts";

/** A line of output, and what it took. */
export interface AnsweredRow {
  /** With its line feed. */
  line: string;
  failed: boolean;
  tokens: number;
  windows: number;
  predictions: number;
}

const NO_WORK = { tokens: 0, windows: 0, predictions: 0 };

/** What a text is refused for wherever and whenever it is asked. Any other failure is of the moment, so the chunk is tried again. */
const FINAL: ReadonlySet<Failure["kind"]> = new Set([
  "invalid-request",
  "text-too-long",
  "too-many-tokens",
  "too-much-work",
  "no-mask",
  "too-many-masks",
  "line-too-long",
  "line-not-utf8",
  "not-json",
]);

/**
 * The line of output of a row: its fields as they came, and what `/v1/analyze` answers to its text, in the same bytes; or what is wrong
 * with the row, as a stream tells it.
 *
 * @throws what is no fault of the row
 */
export async function answerRow(spec: Spec, model: Model, row: InputRow): Promise<AnsweredRow> {
  try {
    const { results, work } = await compute(spec, model, row);
    return { line: lineOf(spec, row, JSON.stringify(results[0])), failed: false, ...work };
  } catch (error) {
    if (!(error instanceof RequestFailure) || !FINAL.has(error.failure.kind)) throw error;
    return { line: lineOf(spec, row, JSON.stringify({ error: problemOf(error.failure) })), failed: true, ...NO_WORK };
  }
}

async function compute({ text_field, answer_field, question: options }: Spec, model: Model, row: InputRow) {
  if (row.problem) throw new RequestFailure(failureOf(row.problem));
  if (row.fields.some(([name]) => name === answer_field))
    throw invalid(`/${answer_field}`, "The row has a field of that name. Choose another answer_field.");
  const field = row.fields.find(([name]) => name === text_field);
  if (!field) throw invalid(`/${text_field}`, "The row has no field of that name.");
  const parsed = analyzeLine.safeParse({ ...options, text: field[1] });
  if (!parsed.success) throw new RequestFailure(failureOfInput(parsed.error));
  const { id: _, ...line } = parsed.data;
  const asked = item(line, "");
  const task = { ...asked, question: analysis.settle(model.manifest, asked), model };
  return computeAnswers([task], { limitMs: STREAM_LINE_WAIT_MS, isWanted: () => true, charge: async () => {} });
}

function failureOf({ kind, detail }: NonNullable<InputRow["problem"]>): Failure {
  return kind === "invalid-row" ? { kind: "invalid-request", errors: [{ pointer: "", detail }] } : { kind };
}

function invalid(pointer: string, detail: string): RequestFailure {
  return new RequestFailure({ kind: "invalid-request", errors: [{ pointer, detail }] });
}

/** Adds the answer to the row's JSON, whose characters stay. A row with a field of the answer's name is kept as a string. */
function lineOf({ answer_field }: Spec, { fields, json }: InputRow, answer: string): string {
  const taken = fields.some(([name]) => name === answer_field);
  const own = taken ? `{"line":${JSON.stringify(json)}}` : json;
  const open = own.slice(0, own.lastIndexOf("}")).trimEnd();
  return `${open}${open.endsWith("{") ? "" : ","}${JSON.stringify(answer_field)}:${answer}}\n`;
}
