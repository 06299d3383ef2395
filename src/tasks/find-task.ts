import type { Manifest, Task } from "../bundle/manifest.ts";
import { RequestFailure } from "../errors.ts";

/** The tag set that is meant when a task has several and the request names none: the one with the most readers. */
export const DEFAULT_SCHEME = "tweebank";

/** A task by its full name in the manifest, such as `sentiment` or `pos/tweebank`. */
export interface NamedTask {
  name: string;
  task: Task;
}

/**
 * The task that a path and a `scheme` mean: `sentiment`, or `pos` with one of its tag sets.
 *
 * @throws RequestFailure `unknown-task` with the names that exist, `unknown-scheme` with the task's own
 */
export function findTask({ tasks }: Pick<Manifest, "tasks">, name: string, scheme: string | undefined): NamedTask {
  const schemes = Object.keys(tasks).flatMap((full) =>
    full.startsWith(`${name}/`) ? [full.slice(name.length + 1)] : [],
  );
  const preferred = schemes.includes(DEFAULT_SCHEME) ? DEFAULT_SCHEME : schemes[0];
  const wanted = scheme ?? preferred;
  const full = wanted === undefined ? name : `${name}/${wanted}`;
  const task = Object.hasOwn(tasks, full) ? tasks[full] : undefined;
  if (task) return { name: full, task };
  if (schemes.length > 0 || (scheme !== undefined && Object.hasOwn(tasks, name)))
    throw new RequestFailure({ kind: "unknown-scheme", schemes });
  const names = Object.keys(tasks).map((each) => each.split("/")[0] as string);
  throw new RequestFailure({ kind: "unknown-task", tasks: [...new Set(names)] });
}
