/** The sentences that this project wrote itself to see how the model behaves: scripts/behaviour/cases. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";

/** One sentence of the functional test. */
export interface HateCase {
  text: string;
  function: string;
  group: string;
  hateful: boolean;
  /** Left out if the definition of the task `offensive` does not decide it, as for swear words without hate. */
  offensive?: boolean | undefined;
}

/** A sentence with its right answers: labels of a classification, or the texts of all entities. */
export type FailureCase = { task: string; text: string } & ({ right: string[] } | { entities: string[] });

/** The same sentences in each language, and the sentiment of each. */
export interface LanguageCases {
  labels: string[];
  sentences: Record<string, string[]>;
}

/** A group's words for templates: `{many}` and `{one}`; `{Many}` and `{One}` begin a sentence. */
interface Words {
  many: string;
  one: string;
}

interface HateFile {
  groups: Record<string, Words>;
  /** A function has templates for every group, or sentences by group. */
  functions: {
    name: string;
    hateful: boolean;
    offensive?: boolean;
    templates?: string[];
    sentences?: Record<string, string[]>;
  }[];
}

const read = async <T>(name: string) =>
  JSON.parse(await readFile(join(import.meta.dirname, "cases", `${name}.json`), "utf8")) as T;

export const readFailures = () => read<FailureCase[]>("failures");
export const readLanguages = () => read<LanguageCases>("languages");

/** Every sentence of the functional test, in HateCheck's manner (Röttger et al. 2021): each template with each group. */
export async function readHateCases(): Promise<HateCase[]> {
  const { groups, functions } = await read<HateFile>("hate");
  return functions.flatMap(({ name, hateful, offensive, templates = [], sentences = {} }) => {
    const toCase = (group: string, text: string): HateCase => ({ text, function: name, group, hateful, offensive });
    return [
      ...Object.entries(groups).flatMap(([group, words]) =>
        templates.map((template) => toCase(group, fill(template, words))),
      ),
      ...Object.entries(sentences).flatMap(([group, texts]) => texts.map((text) => toCase(group, text))),
    ];
  });
}

const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);

function fill(template: string, { many, one }: Words): string {
  const words: Record<string, string> = { many, one, Many: capital(many), One: capital(one) };
  return template.replace(/\{(\w+)\}/g, (_, name) => {
    const word = words[name];
    if (word === undefined) throw new Error(`"${template}" has the unknown word {${name}}.`);
    return word;
  });
}
