import type { Embedding, Several } from "./answers.ts";
import { EXAMPLES } from "./examples.ts";
import type { Answered, Question } from "./question.ts";
import { type Asking, ask } from "./service.ts";

/** Example tweets that the first tweet is also compared with, because a single cosine says little. */
const YARDSTICK = EXAMPLES.slice(0, 5);

/** The similarity of a tweet to others. */
export interface Similarity {
  /** Cosine of the two tweets' vectors, -1 to 1. */
  cosine: number;
  /** Cosines of the first tweet and the examples. */
  yardstick: { name: string; cosine: number }[];
  answered: Answered<Several<Embedding>>;
  question: Question;
}

/** Compares two tweets by their vectors; long ones are read in windows. */
export async function askSimilarity(text: string, other: string, asking: Asking): Promise<Similarity> {
  const question = embed([text, other]);
  const [answered, examples] = await Promise.all([
    ask<Several<Embedding>>(question, asking),
    ask<Several<Embedding>>(embed(YARDSTICK.map((example) => example.text)), asking),
  ]);
  const [first, second] = answered.answer.results.map(({ embedding }) => embedding) as [number[], number[]];
  const yardstick = examples.answer.results.map(({ embedding }, index) => ({
    name: YARDSTICK[index]?.name ?? "",
    cosine: cosine(first, embedding),
  }));
  return { cosine: cosine(first, second), yardstick, answered, question };
}

function embed(texts: string[]): Question {
  return { route: "/v1/embed", parameters: { texts, truncation: "window" } };
}

/** The cosine of two vectors of the same length; 0 if one of them is all zeros. */
export function cosine(a: readonly number[], b: readonly number[]): number {
  const dot = (x: readonly number[], y: readonly number[]) => x.reduce((sum, value, i) => sum + value * (y[i] ?? 0), 0);
  const length = Math.sqrt(dot(a, a) * dot(b, b));
  return length === 0 ? 0 : dot(a, b) / length;
}
