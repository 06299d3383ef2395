import type { Input } from "../../tasks/read.ts";
import type { AskedText } from "./question.ts";

/** One text of a request, with the options that hold for it and the JSON pointer of its place in the body. */
export interface Item<Options> {
  input: Input;
  options: Options;
  pointer: string;
}

/** A text, or the elements of a list, that stand at `pointer` in the body. */
export function textsAt(pointer: string, texts: string | readonly string[]): AskedText[] {
  if (typeof texts === "string") return [{ input: { text: texts }, pointer }];
  return texts.map((text, index) => ({ input: { text }, pointer: `${pointer}/${index}` }));
}

/** What a request asks: one text, or several that are answered by a list of results. */
export type Asked<Options> = { item: Item<Options> } | { items: Item<Options>[] };

type One<Options> = Options & { text?: string | undefined; tokens?: string[] | undefined };

type Several<Options> = One<Options> & { texts?: string[] | undefined; batch?: One<Options>[] | undefined };

/** Takes a valid body apart. An element of `batch` has the body's options where it has none of its own. */
export function asked<Options extends object>({ texts, batch, ...one }: Several<Options>): Asked<Options> {
  const { options } = item(one as unknown as One<Options>, "");
  if (texts) return { items: texts.map((text, index) => ({ input: { text }, options, pointer: `/texts/${index}` })) };
  if (batch) return { items: batch.map((each, index) => item({ ...options, ...each }, `/batch/${index}`)) };
  return { item: item(one as unknown as One<Options>, "") };
}

/** A valid query, line or element of a batch. */
export function item<Options extends object>(
  { text, tokens, ...options }: One<Options>,
  pointer: string,
): Item<Options> {
  const input: Input = tokens ? { tokens } : { text: text as string };
  return { input, options: options as unknown as Options, pointer };
}
