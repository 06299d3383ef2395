import { replaceContent } from "./dom.ts";
import { type Asking, Refusal } from "./service.ts";
import type { Session } from "./session.ts";
import { problemNotice } from "./views/problem.ts";
import { skeleton } from "./views/skeleton.ts";

/** Where a panel shows its results. */
export interface Places {
  status: HTMLElement;
  problem: HTMLElement;
  results: HTMLElement;
}

/** The result of a question: its sections, and a summary in one line. */
export interface Found {
  sections: HTMLElement[];
  summary: string;
}

/** A panel's question to the service. At most one runs: a new question cancels the one before. */
export class Inquiry {
  readonly #session: Session;
  readonly #places: Places;
  #running = new AbortController();

  constructor(session: Session, places: Places) {
    this.#session = session;
    this.#places = places;
  }

  /** Shows the result of `find`. Until then the old results stay, dimmed. */
  async start(find: (asking: Asking) => Promise<Found>): Promise<void> {
    const { status, problem, results } = this.#places;
    const asking = this.#newAsking();
    status.textContent = "Working…";
    results.ariaBusy = "true";
    if (!results.hasChildNodes()) results.replaceChildren(...skeleton());
    try {
      const { sections, summary } = await find(asking);
      asking.signal.throwIfAborted();
      problem.replaceChildren();
      replaceContent(results, ...sections);
      status.textContent = summary;
    } catch (error) {
      if (asking.signal.aborted) return;
      this.#session.wantKeyFor(error);
      problem.replaceChildren(problemNotice(error));
      results.replaceChildren();
      status.textContent = error instanceof Refusal ? error.problem.title : "No answer";
    }
    results.ariaBusy = "false";
  }

  /** Cancels the question and shows only `said`. */
  clear(said: string): void {
    const { status, problem, results } = this.#places;
    this.#running.abort();
    problem.replaceChildren();
    results.replaceChildren();
    results.ariaBusy = "false";
    status.textContent = said;
  }

  #newAsking(): Asking {
    const { status, problem } = this.#places;
    this.#running.abort();
    this.#running = new AbortController();
    return {
      key: this.#session.key(),
      signal: this.#running.signal,
      waits: (refusal) => {
        problem.replaceChildren(problemNotice(refusal, true));
        status.textContent = "Waiting for the service";
      },
    };
  }
}
