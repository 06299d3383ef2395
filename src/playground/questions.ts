import type { Analysis, Filled, Models, Tokenization } from "./answers.ts";
import type { Exchange } from "./exchange.ts";
import type { Question } from "./question.ts";
import { type Asking, ask, Refusal } from "./service.ts";
import { readTasks, type Schemes, type Tasks, wantedTasks } from "./tasks.ts";

const MASK = "<mask>";

/** What the user chose. */
export interface Wishes {
  schemes: Schemes;
  /** Whether a long text is read in windows rather than up to the model's limit. */
  inWindows: boolean;
}

/** All that is known about one text. */
export interface Findings {
  text: string;
  tasks: Tasks;
  analysis: Analysis;
  tokenization: Tokenization;
  /** What fits the text's masks, or why the service did not fill them; undefined for a text without. */
  filled: Filled | Refusal | undefined;
  exchanges: Exchange[];
  /** What `analyze` was asked. */
  question: Question;
}

/** What there is to ask of the model that answers now. */
export async function askTasks(asking: Asking): Promise<Tasks> {
  return readTasks((await ask<Models>({ route: "/v1/models", parameters: {} }, asking)).answer);
}

/** One `analyze`, one `tokenize` and, for a text with masks, one `fill-mask`, side by side. */
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
  const exchanges = [analysis.exchange, tokenization.exchange];
  if (filled && !(filled instanceof Refusal)) exchanges.push(filled.exchange);
  return {
    text,
    tasks,
    question,
    analysis: analysis.answer,
    tokenization: tokenization.answer,
    filled: filled instanceof Refusal ? filled : filled?.answer,
    exchanges,
  };
}

/** A text may have too many masks to fill. That says nothing against the other answers, so the refusal stands beside them. */
async function askToFill(parameters: Question["parameters"], asking: Asking) {
  try {
    return await ask<Filled>({ route: "/v1/fill-mask", parameters }, asking);
  } catch (error) {
    if (error instanceof Refusal) return error;
    throw error;
  }
}
