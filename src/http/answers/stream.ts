import type { z } from "@hono/zod-openapi";
import type { Context } from "hono";
import { type Failure, problemOf, RequestFailure } from "../../errors.ts";
import { BODY_LIMIT_MS, MAX_LINE_BYTES, STREAM_LINE_WAIT_MS } from "../../limits.ts";
import { engineOf } from "../../runtime/engines.ts";
import { currentBundle, currentModel } from "../../runtime/versions/index.ts";
import type { Truncation } from "../../tasks/read.ts";
import { failureOfInput } from "../invalid-input.ts";
import { hasPlainLines, NDJSON } from "../middleware/body.ts";
import { reportLater } from "../middleware/facts.ts";
import { chargeRate } from "../middleware/rate.ts";
import { failureOf } from "../problem.ts";
import { lineId } from "../schemas/line-id.ts";
import { computeAnswers } from "./compute.ts";
import { item } from "./items.ts";
import { type Line, readLines, writeLines } from "./lines.ts";
import type { NativeRoute } from "./native.ts";
import { textOf } from "./respond.ts";

const LINE_LIMITS = { maxBytes: MAX_LINE_BYTES, idleMs: BODY_LIMIT_MS };

type Id = z.infer<typeof lineId>;

/** What a valid line holds. */
type Parsed<Options> = Options & { text?: string | undefined; tokens?: string[] | undefined; id?: Id | undefined };

/** How the lines of a request are read and answered. */
interface LinesRequest<Options, Result> {
  route: NativeRoute<Options, Result>;
  modelId: string | undefined;
  /** What a line of JSON may hold; a line of plain text is its `text`. */
  line: z.ZodType<Parsed<Options>>;
  /** Those of the query: they hold for a line that has none of its own. */
  options: Options;
}

/**
 * Answers lines by lines. A line is read when its answer is wanted, so what is held is one line, however many come; when the client
 * leaves, reading ends and with it the work.
 *
 * @throws RequestFailure when no model can be had; what is wrong with a line is told in its place
 */
export async function respondByLines<Options extends { truncation?: Truncation | undefined }, Result extends object>(
  c: Context<{ Bindings: Env }>,
  request: LinesRequest<Options, Result>,
): Promise<Response> {
  const bundle = await currentBundle(c.env, c.executionCtx, request.modelId);
  await currentModel(c.env, bundle, c.executionCtx); // else each line would tell of it
  Object.assign(c.get("facts"), {
    model: bundle.manifest.id,
    version: bundle.version,
    engine: engineOf(c.env, bundle),
  });
  const answers = answerLines(c, request, readLines(c.req.raw.body, LINE_LIMITS));
  return c.body(writeLines(answers), 200, { "Content-Type": NDJSON, "Cache-Control": "no-store" });
}

/** The request is reported once its last line is answered, or its client has left. */
async function* answerLines<Options extends object, Result extends object>(
  c: Context<{ Bindings: Env }>,
  request: LinesRequest<Options, Result>,
  lines: AsyncIterable<Line>,
): AsyncGenerator<string> {
  const reportAtEnd = reportLater(c);
  const facts = c.get("facts");
  const read = hasPlainLines(c) ? readPlain : readJson;
  let whole = false;
  try {
    for await (const line of lines) {
      const { number } = line;
      let id: Id | undefined;
      try {
        const given = read(line);
        id = idOf(given);
        const parsed = request.line.safeParse(given);
        if (!parsed.success) throw new RequestFailure(failureOfInput(parsed.error));
        const answer = await answerLine(c, request, parsed.data);
        facts.lines = (facts.lines ?? 0) + 1;
        yield `${JSON.stringify({ line: number, id }).slice(0, -1)},${JSON.stringify(answer).slice(1)}`;
      } catch (error) {
        const failure = failureOf(error, c);
        countFailed(facts, failure);
        yield JSON.stringify({ line: number, id, error: problemOf(failure) });
      }
      await scheduler.wait(0); // lets other requests in between two lines, and the word that the client has left
    }
    whole = true;
  } finally {
    // A connection that ends before the body does shows as a failed read or a cancelled answer, often before the signal
    if (!whole || c.get("client").aborted) facts.failure = "client-left";
    reportAtEnd();
  }
}

function countFailed(facts: { failedLines?: Partial<Record<Failure["kind"], number>> }, { kind }: Failure): void {
  facts.failedLines = { ...facts.failedLines, [kind]: (facts.failedLines?.[kind] ?? 0) + 1 };
}

/** A line is charged by its windows, and takes the turns that requests leave over. */
async function answerLine<Options extends object, Result>(
  c: Context<{ Bindings: Env }>,
  { route, modelId, options }: LinesRequest<Options, Result>,
  { id: _, ...line }: Parsed<Options>,
): Promise<Result> {
  const asked = item<Options>({ ...options, ...(line as Parsed<Options>) }, "");
  const bundle = await currentBundle(c.env, c.executionCtx, modelId, textOf(asked.input));
  const question = route.settle(bundle.manifest, asked);
  const model = await currentModel(c.env, bundle, c.executionCtx);
  const signal = c.get("client");
  const { results, work, waitedMs } = await computeAnswers([{ ...asked, question, model }], {
    limitMs: STREAM_LINE_WAIT_MS,
    isWanted: () => !signal.aborted,
    charge: ({ windows }) => chargeRate(c, windows),
  });
  const facts = c.get("facts");
  facts.task = question.tag;
  facts.queueMs = (facts.queueMs ?? 0) + waitedMs;
  for (const unit of ["tokens", "windows", "predictions"] as const) facts[unit] = (facts[unit] ?? 0) + work[unit];
  return results[0] as Result;
}

function textOfLine(line: Line): string {
  if ("failure" in line) throw new RequestFailure({ kind: line.failure });
  return line.text;
}

function readJson(line: Line): unknown {
  const text = textOfLine(line);
  try {
    return JSON.parse(text.trim()); // of a byte order mark, too, which JSON.parse refuses
  } catch (cause) {
    throw new RequestFailure({ kind: "not-json" }, { cause });
  }
}

/** The text begins where its line does: places in it are counted from there. A byte order mark before the first is none of it. */
function readPlain(line: Line): unknown {
  const text = textOfLine(line).replace(/\r$/, "");
  return { text: line.number === 1 ? text.replace(/^\ufeff/, "") : text };
}

/** The id of a line that may be wrong otherwise. */
function idOf(given: unknown): Id | undefined {
  const { id } = (given ?? {}) as { id?: unknown };
  return lineId.safeParse(id).data;
}
