import { defaultScheme } from "../tasks/find-task.ts";
import { shortTag } from "./tag-sets/meanings.ts";

/** These tasks come first. The model's other tasks follow in the manifest's order. */
const FIRST = ["sentiment", "emotion", "irony"];

/** Maximum length of a tweet. */
const TWEET_UTF16_UNITS = 280;

/** A tag set of a tagging task. */
export interface TagSet {
  /** Undefined if the task has only one tag set. */
  scheme: string | undefined;
  description: string;
  tags: string[];
}

export interface ClassificationTask {
  name: string;
  description: string;
  /** Whether the task is for long texts, which it reads in windows. Its answer for a text as short as a tweet is meaningless. */
  readsLongTexts: boolean;
}

export interface TaggingTask {
  name: string;
  sets: TagSet[];
  /** The tag set that the service uses if the request names none. */
  usual: TagSet | undefined;
}

/** The tasks of a model, from its manifest. */
export interface Tasks {
  /** Number of tokens that the model reads at once. */
  window: number;
  classification: ClassificationTask[];
  tagging: TaggingTask[];
  fillsMasks: boolean;
}

/** The chosen tag set of each tagging task. */
export type Schemes = ReadonlyMap<string, string>;

/** The parts of a manifest that the page reads. */
interface Described {
  architecture: { max_tokens: number };
  tasks: Record<
    string,
    {
      kind: string;
      description: string;
      labels?: string[];
      default?: true | undefined;
      truncation?: string | undefined;
    }
  >;
}

/** Reads the first model's tasks. A manifest names a tagging task's tag sets as `task/scheme`. */
export function readTasks({ models: [model] }: { models: Described[] }): Tasks {
  const tasks: Tasks = {
    window: model?.architecture.max_tokens ?? 0,
    classification: [],
    tagging: [],
    fillsMasks: false,
  };
  const described = model?.tasks ?? {};
  for (const [fullName, { kind, description, labels = [], truncation }] of Object.entries(described)) {
    const [name = fullName, scheme] = fullName.split("/");
    if (kind === "fill-mask") tasks.fillsMasks = true;
    if (kind === "classification")
      tasks.classification.push({ name, description, readsLongTexts: truncation === "window" });
    if (kind !== "tagging") continue;
    const set = { scheme, description, tags: [...new Set(labels.map(shortTag))].filter((tag) => tag !== "") };
    let task = tasks.tagging.find((each) => each.name === name);
    if (!task) {
      task = { name, sets: [], usual: undefined };
      tasks.tagging.push(task);
    }
    task.sets.push(set);
    if (scheme === defaultScheme(described, name)) task.usual = set;
  }
  const place = ({ name }: { name: string }) => (FIRST.includes(name) ? FIRST.indexOf(name) : FIRST.length);
  tasks.classification.sort((a, b) => place(a) - place(b));
  return tasks;
}

/** The tag set for a task's request: the chosen one, or the service's default. */
export function tagSetOf({ name, sets, usual }: TaggingTask, chosen: Schemes): TagSet | undefined {
  return sets.find(({ scheme }) => scheme === chosen.get(name)) ?? usual;
}

/** The tasks to request. Undefined, which means all, unless a chosen tag set differs from the default. */
export function wantedTasks(tasks: Tasks, chosen: Schemes): string[] | undefined {
  const isUsual = (task: TaggingTask) => tagSetOf(task, chosen) === task.usual;
  if (tasks.tagging.every(isUsual)) return undefined;
  return [
    ...tasks.classification.map(({ name }) => name),
    ...tasks.tagging.map((task) => (isUsual(task) ? task.name : `${task.name}/${tagSetOf(task, chosen)?.scheme}`)),
  ];
}

/** The classification tasks with meaningful answers for a text of this length. */
export function tellingTasks(tasks: Tasks, text: string): ClassificationTask[] {
  return tasks.classification.filter(({ readsLongTexts }) => !readsLongTexts || text.length > TWEET_UTF16_UNITS);
}
