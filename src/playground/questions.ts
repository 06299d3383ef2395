import type { Analysis, Classification, Explanation, Filled, Models, Tokenization } from "./answers.ts";
import type { Exchange } from "./exchange.ts";
import type { Question } from "./question.ts";
import { type Asking, ask, Refusal } from "./service.ts";
import { type ClassificationTask, readTasks, type Schemes, type Tasks, tellingTasks, wantedTasks } from "./tasks.ts";

const MASK = "<mask>";

/** The user's choices. */
export interface Wishes {
  schemes: Schemes;
  /** Whether a long text is read in windows. Otherwise it is truncated at the model's limit. */
  inWindows: boolean;
}

/** All answers about one text. */
export interface Findings {
  text: string;
  tasks: Tasks;
  analysis: Analysis;
  /** Tasks that have read all of a text when the others have read only its beginning. */
  readWhole: string[];
  tokenization: Tokenization;
  /** The predictions for the text's masks, or the reason why there are none. Undefined for a text without masks. */
  filled: Filled | Refusal | undefined;
  exchanges: Exchange[];
  /** The request to `analyze`. */
  question: Question;
}

/** How much each word of a text contributes to a task's label. @throws as `ask` */
export async function askWhy(text: string, task: string, asking: Asking): Promise<Explanation> {
  return (await ask<Explanation>({ route: `/v1/${task}/explain`, parameters: { text } }, asking)).answer;
}

/** The tasks of the model that answers now, and whether the service has jobs. */
export async function askTasks(asking: Asking): Promise<{ tasks: Tasks; hasJobs: boolean }> {
  const { answer, exchange } = await ask<Models>({ route: "/v1/models", parameters: {} }, asking);
  return { tasks: readTasks(answer), hasJobs: exchange.links.includes("</v1/jobs>") };
}

/**
 * Sends one `analyze`, one `tokenize` and, for a text with masks, one `fill-mask`, in parallel. If `analyze` has truncated the text, the
 * tasks for long texts are asked again in separate requests, in which they read all of it.
 */
export async function askAbout(text: string, tasks: Tasks, wishes: Wishes, asking: Asking): Promise<Findings> {
  const names = wantedTasks(tasks, wishes.schemes);
  const long: Question["parameters"] = wishes.inWindows ? { truncation: "window" } : {};
  const question: Question = {
    route: "/v1/analyze",
    parameters: { text, ...(names ? { tasks: names } : {}), ...long },
  };
  const [analysis, tokenization, filled] = await Promise.all([
    ask<Analysis>(question, asking),
    ask<Tokenization>({ route: "/v1/tokenize", parameters: { text } }, asking),
    tasks.fillsMasks && text.includes(MASK) ? askToFill({ text, ...long }, asking) : undefined,
  ]);
  const forLong = analysis.answer.truncated ? tellingTasks(tasks, text).filter((task) => task.readsLongTexts) : [];
  const whole = await Promise.all(forLong.map((task) => askAlone(text, task, asking)));
  const exchanges = [analysis, tokenization, ...whole].map(({ exchange }) => exchange);
  if (filled && !(filled instanceof Refusal)) exchanges.push(filled.exchange);
  return {
    text,
    tasks,
    question,
    analysis: {
      ...analysis.answer,
      results: { ...analysis.answer.results, ...Object.fromEntries(whole.map(({ name, answer }) => [name, answer])) },
    },
    readWhole: whole.map(({ name }) => name),
    tokenization: tokenization.answer,
    filled: filled instanceof Refusal ? filled : filled?.answer,
    exchanges,
  };
}

async function askAlone(text: string, { name }: ClassificationTask, asking: Asking) {
  return { name, ...(await ask<Classification>({ route: `/v1/${name}`, parameters: { text } }, asking)) };
}

/** A text may have too many masks. The other answers are still valid, so the page shows this refusal beside them. */
async function askToFill(parameters: Question["parameters"], asking: Asking) {
  try {
    return await ask<Filled>({ route: "/v1/fill-mask", parameters }, asking);
  } catch (error) {
    if (error instanceof Refusal) return error;
    throw error;
  }
}
