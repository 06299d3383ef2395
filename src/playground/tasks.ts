import { DEFAULT_SCHEME } from "../tasks/find-task.ts";
import { shortTag } from "./tag-sets/meanings.ts";

/** The task that reads film reviews. Its answer means nothing for a text as short as a tweet. */
const REVIEW = "review";

/** What most want to see first. Whatever else the model has follows in the manifest's order. */
const FIRST = ["sentiment", "emotion", "irony"];

/** The most that a tweet can have. */
const TWEET_UTF16_UNITS = 280;

/** A set of tags that a tagging task can answer in. */
export interface TagSet {
  /** Undefined where the task has one tag set alone. */
  scheme: string | undefined;
  description: string;
  tags: string[];
}

/** What there is to ask of a model, as its manifest says. */
export interface Tasks {
  /** How many tokens the model reads at once. */
  window: number;
  classification: { name: string; description: string }[];
  tagging: { name: string; sets: TagSet[] }[];
  fillsMasks: boolean;
}

/** Which tag set was chosen for a tagging task. */
export type Schemes = ReadonlyMap<string, string>;

/** What the page reads of a manifest. */
interface Described {
  architecture: { max_tokens: number };
  tasks: Record<string, { kind: string; description: string; labels?: string[] }>;
}

/** Reads the first model's tasks. A manifest names a tagging task's tag sets as `task/scheme`. */
export function readTasks({ models: [model] }: { models: Described[] }): Tasks {
  const tasks: Tasks = {
    window: model?.architecture.max_tokens ?? 0,
    classification: [],
    tagging: [],
    fillsMasks: false,
  };
  for (const [fullName, { kind, description, labels = [] }] of Object.entries(model?.tasks ?? {})) {
    const [name = fullName, scheme] = fullName.split("/");
    if (kind === "fill-mask") tasks.fillsMasks = true;
    if (kind === "classification") tasks.classification.push({ name, description });
    if (kind !== "tagging") continue;
    const set = { scheme, description, tags: [...new Set(labels.map(shortTag))].filter((tag) => tag !== "") };
    const known = tasks.tagging.find((task) => task.name === name);
    if (known) known.sets.push(set);
    else tasks.tagging.push({ name, sets: [set] });
  }
  const place = ({ name }: { name: string }) => (FIRST.includes(name) ? FIRST.indexOf(name) : FIRST.length);
  tasks.classification.sort((a, b) => place(a) - place(b));
  return tasks;
}

/** The tag set that a task is asked in: the chosen one, else the one that the service takes anyhow. */
export function tagSetOf({ name, sets }: Tasks["tagging"][number], chosen: Schemes): TagSet | undefined {
  return sets.find(({ scheme }) => scheme === chosen.get(name)) ?? usualSet(sets);
}

function usualSet(sets: TagSet[]): TagSet | undefined {
  return sets.find(({ scheme }) => scheme === DEFAULT_SCHEME) ?? sets[0];
}

/** The tasks to ask for; undefined, which means all, unless a tag set differs from the usual one. */
export function wantedTasks(tasks: Tasks, chosen: Schemes): string[] | undefined {
  const isUsual = (task: Tasks["tagging"][number]) => tagSetOf(task, chosen) === usualSet(task.sets);
  if (tasks.tagging.every(isUsual)) return undefined;
  return [
    ...tasks.classification.map(({ name }) => name),
    ...tasks.tagging.map((task) => (isUsual(task) ? task.name : `${task.name}/${tagSetOf(task, chosen)?.scheme}`)),
  ];
}

/** The classification tasks whose answers mean something for a text of this length. */
export function tellingTasks(tasks: Tasks, text: string): Tasks["classification"] {
  return tasks.classification.filter(({ name }) => name !== REVIEW || text.length > TWEET_UTF16_UNITS);
}
