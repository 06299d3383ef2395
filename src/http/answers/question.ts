import type { Context } from "hono";
import { setMetric } from "hono/timing";
import type { Manifest } from "../../bundle/manifest.ts";
import { RequestFailure } from "../../errors.ts";
import type { Model } from "../../runtime/model.ts";
import { currentBundle, currentModel } from "../../runtime/versions/index.ts";
import { encodeInput, type Input, type Reading, read, type Truncation, type Wanted } from "../../tasks/read.ts";
import { answerCached } from "./cache.ts";
import type { Asked, Item } from "./items.ts";

/** What a route asks of each text. */
export interface Question<Options, Resolved extends { truncation: Truncation }, Result> {
  /** Tells the routes' kept answers apart. */
  route: string;
  /** What its answers may be purged by: the task, or the route. */
  tag(options: Resolved): string;
  /** Makes of an item's options all that its answer depends on; throws what is the client's doing. */
  resolve(manifest: Manifest, item: Item<Options>): Resolved;
  /** Which hidden states `answer` asks for. */
  wanted(manifest: Manifest, options: Resolved): Wanted;
  answer(model: Model, options: Resolved, reading: Reading, text: string): Result | Promise<Result>;
}

/** A result and what was read for it. */
export type Answered<Result> = Result &
  Pick<Reading, "tokens" | "truncated" | "windows"> & { model: { id: string; version: string } };

type AppContext = Context<{ Bindings: Env }>;

/** Answers one text, from one pass of the encoder or from what is kept. */
export async function answerText<Options, Resolved extends { truncation: Truncation }, Result>(
  c: AppContext,
  question: Question<Options, Resolved, Result>,
  { input, options, pointer }: Item<Options>,
  modelId: string | undefined,
) {
  const bundle = await currentBundle(c.env, c.executionCtx, modelId);
  const resolved = question.resolve(bundle.manifest, { input, options, pointer });
  const asked = { route: question.route, input, options: resolved };
  return answerCached(c, bundle, { asked, tag: question.tag(resolved) }, async () =>
    answerWith(await currentModel(c.env, bundle, c.executionCtx), question, input, resolved, countFetches(c)),
  );
}

/**
 * Answers several texts, one after another and each as if it came alone.
 *
 * @throws RequestFailure of the first text that has one, with its place
 */
async function answerTexts<Options, Resolved extends { truncation: Truncation }, Result>(
  c: AppContext,
  question: Question<Options, Resolved, Result>,
  items: Item<Options>[],
  modelId: string | undefined,
) {
  const bundle = await currentBundle(c.env, c.executionCtx, modelId);
  const resolved = items.map((item) => placed(item.pointer, () => question.resolve(bundle.manifest, item)));
  const asked = {
    route: question.route,
    items: items.map(({ input }, index) => ({ input, options: resolved[index] })),
  };
  return answerCached(c, bundle, { asked, tag: question.route }, async () => {
    const model = await currentModel(c.env, bundle, c.executionCtx);
    const count = countFetches(c);
    const answer = ({ input }: Item<Options>, index: number) =>
      answerWith(model, question, input, resolved[index] as Resolved, count);
    return { results: await oneByOne(items, answer) };
  });
}

/** One text or several, as a body asks. */
export function answerAsked<Options, Resolved extends { truncation: Truncation }, Result>(
  c: AppContext,
  question: Question<Options, Resolved, Result>,
  asked: Asked<Options>,
  modelId: string | undefined,
) {
  return "item" in asked
    ? answerText(c, question, asked.item, modelId)
    : answerTexts(c, question, asked.items, modelId);
}

/** Says in Server-Timing how many rows of the word table a request had to fetch, if any. */
function countFetches(c: AppContext): (reading: Reading) => void {
  let rows = 0;
  return ({ fetchedWords }) => {
    rows += fetchedWords;
    if (rows > 0) setMetric(c, "words", `${rows} rows fetched`);
  };
}

/**
 * Tokenize, run, score, shape.
 *
 * @param onRead is told what was read, before it is scored
 */
export async function answerWith<Resolved extends { truncation: Truncation }, Result>(
  model: Model,
  { answer, wanted }: Pick<Question<never, Resolved, Result>, "answer" | "wanted">,
  input: Input,
  options: Resolved,
  onRead?: (reading: Reading) => void,
): Promise<Answered<Result>> {
  const { text, encoding } = encodeInput(model, input);
  const reading = await read(model, encoding, options.truncation, wanted(model.manifest, options));
  onRead?.(reading);
  const { tokens, truncated, windows } = reading;
  const { manifest, version } = model;
  return {
    ...(await answer(model, options, reading, text)),
    tokens,
    truncated,
    windows,
    model: { id: manifest.id, version },
  };
}

/** The results of `act` for each text, in order; other requests get in between two, and a failure tells its text's place. */
export async function oneByOne<Text extends { pointer: string }, Result>(
  texts: readonly Text[],
  act: (text: Text, index: number) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = [];
  for (const [index, text] of texts.entries()) {
    if (index > 0) await scheduler.wait(0);
    results.push(await placed(text.pointer, () => act(text, index)));
  }
  return results;
}

/** Runs `act`; a failure of it gets the place of the text that it is about. */
function placed<T>(pointer: string, act: () => T): T {
  const place = (error: unknown): never => {
    throw error instanceof RequestFailure ? error.at(pointer) : error;
  };
  try {
    const value = act();
    return value instanceof Promise ? (value.catch(place) as T) : value;
  } catch (error) {
    return place(error);
  }
}
