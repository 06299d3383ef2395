import type { ClassificationTask } from "../bundle/manifest.ts";
import { RequestFailure } from "../errors.ts";
import { MAX_EXPLAINED_WORDS } from "../limits.ts";
import type { Model } from "../runtime/model.ts";
import type { Turn } from "../runtime/turns.ts";
import type { Encoding } from "../tokenizer/index.ts";
import type { Explanation } from "./answers.ts";
import { classify, textProbabilities } from "./classify.ts";
import { purposeOf, type Reading, type ReadingPlan, read } from "./read.ts";
import { roundScore } from "./round-score.ts";

type Word = Encoding["words"][number];

/**
 * The words that an explanation masks: all words that the model reads, at least in part.
 *
 * @throws RequestFailure `too-many-words` for more than MAX_EXPLAINED_WORDS
 */
export function explainedWords({ encoding, ranges }: ReadingPlan): Word[] {
  const last = ranges[ranges.length - 1]?.end ?? 0;
  const words = encoding.words.filter(({ firstPiece, pieces }) => pieces > 0 && firstPiece <= last);
  if (words.length > MAX_EXPLAINED_WORDS) throw new RequestFailure({ kind: "too-many-words", words: words.length });
  return words;
}

/**
 * How much each word speaks for a label: the label's probability minus its probability with the word masked ("occlusion",
 * Zeiler and Fergus 2014). Each piece of the word becomes a `<mask>`, so all other words keep their places. Each word takes one pass a window.
 *
 * @param label of the task; the likeliest one when undefined
 * @param turn is waited for before each pass
 */
export async function explain(
  model: Model,
  task: ClassificationTask,
  reading: Reading,
  label: string | undefined,
  turn: Turn,
): Promise<Explanation> {
  const explained = label ?? classify(model, task, reading).label;
  const output = task.labels.indexOf(explained);
  const probabilityIn = (each: Reading) => textProbabilities(model, task, each)[output] as number;
  const probability = probabilityIn(reading);

  const words: Explanation["words"] = [];
  for (const word of explainedWords(reading)) {
    const masked = await read(model, withoutWord(reading, word, model.tokenizer.maskId), purposeOf(task), turn);
    const { start, end } = word;
    const effect = roundScore(probability - probabilityIn(masked));
    words.push({ text: reading.text.slice(start, end), start, end, effect });
  }
  return { label: explained, score: roundScore(probability), words };
}

function withoutWord(plan: ReadingPlan, { firstPiece, pieces }: Word, maskId: number): ReadingPlan {
  const ids = plan.encoding.ids.slice().fill(maskId, firstPiece, firstPiece + pieces);
  return { ...plan, encoding: { ...plan.encoding, ids } };
}
