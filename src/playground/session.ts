import { rememberKey } from "./access-key.ts";
import { byId } from "./dom.ts";
import { askTasks } from "./questions.ts";
import { type Asking, Refusal } from "./service.ts";
import type { Tasks } from "./tasks.ts";

/** State that all panels share: the access key and the model's tasks. */
export class Session {
  readonly key: () => string;
  #tasks: Tasks | undefined;

  /** @param keyChanged called when the user has entered another key */
  constructor(keyChanged: () => void) {
    this.key = rememberKey(byId("key", HTMLInputElement), () => {
      this.#tasks = undefined;
      keyChanged();
    });
  }

  /** The model's tasks, requested once for each key. Shows the link to the jobs if the service has some. */
  async tasks(asking: Asking): Promise<Tasks> {
    if (!this.#tasks) {
      const { tasks, hasJobs } = await askTasks(asking);
      byId("to-jobs", HTMLAnchorElement).hidden = !hasJobs;
      this.#tasks = tasks;
    }
    return this.#tasks;
  }

  /** Shows the field for the key if a refusal asks for a key. */
  wantKeyFor(error: unknown): void {
    if (error instanceof Refusal && error.problem.status === 401) byId("access", HTMLDetailsElement).open = true;
  }
}
