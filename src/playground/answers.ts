import type { z } from "zod";
import type { manifestSchema } from "../bundle/manifest.ts";
import type { Read } from "../http/schemas/answers.ts";
import type { Explanation as Explained, FilledMasks, Tagging } from "../tasks/answers.ts";

/** The types of the service's answers. They are imported as types only, so that zod does not get into the page. */
export type { Analysis, Embedding, Tokenization } from "../http/schemas/answers.ts";
export type { Classification, LabelScore as Scored, Tagging } from "../tasks/answers.ts";

export type Models = { models: (z.infer<typeof manifestSchema> & { version: string })[] };

export type TaggedWord = Tagging["words"][number];
export type Entity = NonNullable<Tagging["entities"]>[number];

export type Explanation = Explained & Read;
export type ExplainedWord = Explanation["words"][number];

/** The predictions for each `<mask>`. */
export type Filled = FilledMasks & Read;
export type Mask = Filled["masks"][number];

/** The answers to several texts, in their order. */
export type Several<T> = { results: T[] };
