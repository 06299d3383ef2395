import type { Analysis, Models, Tokenization } from "./answers.ts";
import type { Exchange } from "./exchange.ts";
import { type Asking, get } from "./service.ts";
import { analyzeParameters, readTasks, type Schemes, type Tasks } from "./tasks.ts";

/** All that is known about one text. */
export interface Findings {
  text: string;
  tasks: Tasks;
  analysis: Analysis;
  tokenization: Tokenization;
  exchanges: Exchange[];
  /** What `analyze` was asked. */
  parameters: [string, string][];
}

/** What there is to ask of the model that answers now. */
export async function askTasks(asking: Asking): Promise<Tasks> {
  return readTasks((await get<Models>("/v1/models", asking)).answer);
}

/** One `analyze` and one `tokenize`, side by side. */
export async function askAbout(text: string, tasks: Tasks, schemes: Schemes, asking: Asking): Promise<Findings> {
  const parameters = analyzeParameters(text, tasks, schemes);
  const [analysis, tokenization] = await Promise.all([
    get<Analysis>(`/v1/analyze?${new URLSearchParams(parameters)}`, asking),
    get<Tokenization>(`/v1/tokenize?${new URLSearchParams({ text })}`, asking),
  ]);
  return {
    text,
    tasks,
    parameters,
    analysis: analysis.answer,
    tokenization: tokenization.answer,
    exchanges: [analysis.exchange, tokenization.exchange],
  };
}
