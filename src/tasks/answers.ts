import { z } from "zod";
import { MAX_EXPLAINED_WORDS, MAX_MASKS } from "../limits.ts";

/** The answers of tasks. The types and the OpenAPI document are derived from these schemas. */

const score = z.number().min(0).max(1);

/** [start, end) of a text, in the unit of `offsets`; `text` is what stands there. */
const span = { text: z.string(), start: z.int(), end: z.int() };

const labelScore = z.object({ label: z.string(), score });
export type LabelScore = z.infer<typeof labelScore>;

export const classificationSchema = labelScore.extend({
  scores: z
    .array(labelScore)
    .meta({ description: "Highest first; they sum to 1 unless the task allows several labels at once" }),
});
/** `label` and `score` are those of the first of `scores`. */
export type Classification = z.infer<typeof classificationSchema>;

export const taggingSchema = z.object({
  words: z.array(z.object({ ...span, tag: z.string(), score })),
  entities: z
    .array(z.object({ ...span, label: z.string(), score }))
    .optional()
    .meta({ description: "Of tag sets of named entities only" }),
});
/** Every word that was read, with its tag and the tag's probability; an entity's is the mean of its words'. */
export type Tagging = z.infer<typeof taggingSchema>;

export const filledMasksSchema = z.object({
  masks: z
    .array(
      z.object({
        start: z.int(),
        end: z.int(),
        predictions: z.array(z.object({ token: z.string(), score })).meta({ description: "Likeliest first" }),
      }),
    )
    .max(MAX_MASKS),
});
/** Each `<mask>` of the text with its predictions. */
export type FilledMasks = z.infer<typeof filledMasksSchema>;

export const explanationSchema = labelScore.extend({
  words: z
    .array(
      z.object({
        ...span,
        effect: z.number().min(-1).max(1).meta({
          description:
            "The label's probability minus what is left of it when the word is masked; above 0 the word speaks for the label",
        }),
      }),
    )
    .max(MAX_EXPLAINED_WORDS),
});
/** How much each word that was read speaks for `label`, whose probability is `score`. */
export type Explanation = z.infer<typeof explanationSchema>;

export type TaskAnswer = Classification | Tagging | FilledMasks;

/** How much of a text was read. */
export const extentSchema = z.object({
  tokens: z
    .object({ total: z.int(), used: z.int() })
    .meta({ description: "Tokens of the text and how many of them the model read, <s> and </s> included" }),
  truncated: z.boolean().meta({ description: "Whether something of the text was not read" }),
  windows: z.int().min(1).meta({ description: "In how many windows the text was read" }),
});
export type Extent = z.infer<typeof extentSchema>;
