import type { Manifest, Task } from "../bundle/manifest.ts";
import { RequestFailure } from "../errors.ts";

/** A task by its full name in the manifest, such as `sentiment` or `pos/tweebank`. */
export interface NamedTask {
  name: string;
  task: Task;
}

/** What the choice of a tag set needs from a task's manifest entry. */
interface TagSetFacts {
  default?: boolean | undefined;
  labels?: readonly string[] | undefined;
}

/**
 * The task of a path and a `scheme`: for example `sentiment`, or `pos` with one of its tag sets.
 *
 * @throws RequestFailure `unknown-task` with the names that exist, `unknown-scheme` with the task's own
 */
export function findTask({ tasks }: Pick<Manifest, "tasks">, name: string, scheme: string | undefined): NamedTask {
  const wanted = scheme ?? defaultScheme(tasks, name);
  const full = wanted === undefined ? name : `${name}/${wanted}`;
  const task = Object.hasOwn(tasks, full) ? tasks[full] : undefined;
  if (task) return { name: full, task };
  const schemes = schemesOf(tasks, name);
  if (schemes.length > 0 || (scheme !== undefined && Object.hasOwn(tasks, name)))
    throw new RequestFailure({ kind: "unknown-scheme", schemes });
  const names = Object.keys(tasks).map((each) => each.split("/")[0] as string);
  throw new RequestFailure({ kind: "unknown-task", tasks: [...new Set(names)] });
}

/**
 * The default tag set of a task: the one that the manifest marks. Older manifests have no mark. Then it is the set with the fewest
 * tags.
 *
 * @returns undefined for a task without tag sets
 */
export function defaultScheme(tasks: Readonly<Record<string, TagSetFacts>>, name: string): string | undefined {
  const schemes = schemesOf(tasks, name);
  const size = (scheme: string) => tasks[`${name}/${scheme}`]?.labels?.length ?? 0;
  return schemes.find((scheme) => tasks[`${name}/${scheme}`]?.default) ?? schemes.sort((a, b) => size(a) - size(b))[0];
}

function schemesOf(tasks: Readonly<Record<string, unknown>>, name: string): string[] {
  return Object.keys(tasks).flatMap((full) => (full.startsWith(`${name}/`) ? [full.slice(name.length + 1)] : []));
}
