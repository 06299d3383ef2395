import type { Manifest } from "../../bundle/manifest.ts";
import type { Model } from "../../runtime/model.ts";
import type { Reading } from "../../tasks/read.ts";
import type { Read } from "../schemas/answers.ts";
import type { Asked, Item } from "./items.ts";
import type { Question, TextRequest } from "./question.ts";

export type WithExtent<Result> = Result & Read;

/** A native route's question about one text. */
export interface NativeRoute<Options, Result> {
  /** Part of the cache key, so that routes do not share cached answers. */
  name: string;
  /** Validates an item's options and fills in their defaults. @throws RequestFailure */
  settle(manifest: Manifest, item: Item<Options>): Question<Result>;
}

/** The request of a native route: one text is answered by its result, several by a list of results in their order. */
export function nativeRequest<Options, Result extends object>(
  { name: route, settle }: NativeRoute<Options, Result>,
  asked: Asked<Options>,
  modelId: string | undefined,
): TextRequest<Result, Result | { results: Result[] }> {
  const single = "item" in asked;
  const items = single ? [asked.item] : asked.items;
  return {
    modelId,
    texts: items,
    settle: (manifest, index) => settle(manifest, items[index] as Item<Options>),
    cacheKey(questions) {
      const keys = items.map(({ input }, index) => ({ input, options: questions[index]?.options }));
      return single ? { route, ...keys[0] } : { route, items: keys };
    },
    tag: (questions) => (single ? (questions[0] as Question<Result>).tag : route),
    shape: (results) => (single ? (results[0] as Result) : { results }),
  };
}

/** Adds what was read of the text, and by which model. */
export function withExtent<Result extends object>(
  result: Result,
  { manifest, version }: Model,
  { tokens, truncated, windows }: Reading,
): WithExtent<Result> {
  return { ...result, tokens, truncated, windows, model: { id: manifest.id, version } };
}
