import { rememberKey } from "./access-key.ts";
import { byId } from "./dom.ts";
import { askTasks } from "./questions.ts";
import { type Asking, Refusal } from "./service.ts";
import type { Tasks } from "./tasks.ts";

/** What all panels share: the access key, and what there is to ask of the model. */
export class Session {
  readonly key: () => string;
  #tasks: Tasks | undefined;

  /** `keyChanged` hears of another key, which may be let in where none was. */
  constructor(keyChanged: () => void) {
    this.key = rememberKey(byId("key", HTMLInputElement), () => {
      this.#tasks = undefined;
      keyChanged();
    });
  }

  /** The model's tasks, asked once for each key. */
  async tasks(asking: Asking): Promise<Tasks> {
    this.#tasks ??= await askTasks(asking);
    return this.#tasks;
  }

  /** Unfolds the field for the key where a refusal asks for one. */
  wantKeyFor(error: unknown): void {
    if (error instanceof Refusal && error.problem.status === 401) byId("access", HTMLDetailsElement).open = true;
  }
}
