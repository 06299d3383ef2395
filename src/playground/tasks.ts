import type { Models } from "./answers.ts";

/** The tag set that a service answers in unless told otherwise, where its model has it. */
const DEFAULT_SCHEME = "tweebank";

/** What there is to ask of a model, as its manifest says. */
export interface Tasks {
  classification: { name: string; description: string }[];
  tagging: { name: string; description: string; schemes: string[] }[];
}

/** Which tag set was chosen for a tagging task. */
export type Schemes = ReadonlyMap<string, string>;

/** Reads the first model's tasks; a manifest names a tagging task's tag sets as `task/scheme`. */
export function readTasks({ models }: Models): Tasks {
  const tasks: Tasks = { classification: [], tagging: [] };
  for (const [fullName, { kind, description }] of Object.entries(models[0]?.tasks ?? {})) {
    const [name = fullName, scheme] = fullName.split("/");
    if (kind === "classification") tasks.classification.push({ name, description });
    if (kind !== "tagging") continue;
    const known = tasks.tagging.find((task) => task.name === name);
    const schemes = scheme === undefined ? [] : [scheme];
    if (known) known.schemes.push(...schemes);
    else tasks.tagging.push({ name, description, schemes });
  }
  return tasks;
}

export function defaultScheme(schemes: string[]): string | undefined {
  return schemes.includes(DEFAULT_SCHEME) ? DEFAULT_SCHEME : schemes[0];
}

/** The parameters that ask for all tasks: only the text, unless a tag set differs from what the service takes anyhow. */
export function analyzeParameters(text: string, tasks: Tasks, chosen: Schemes): [string, string][] {
  const parameters: [string, string][] = [["text", text]];
  const isDefault = ({ name, schemes }: Tasks["tagging"][number]) =>
    (chosen.get(name) ?? defaultScheme(schemes)) === defaultScheme(schemes);
  if (tasks.tagging.every(isDefault)) return parameters;
  const names = [
    ...tasks.classification.map(({ name }) => name),
    ...tasks.tagging.map((task) => (isDefault(task) ? task.name : `${task.name}/${chosen.get(task.name)}`)),
  ];
  return [
    ["text", text],
    ["tasks", names.join(",")],
  ];
}
