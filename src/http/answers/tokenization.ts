import { movePlaces, placesIn } from "../../tasks/offset-units.ts";
import type { Tokenization } from "../schemas/answers.ts";
import type { TokenizeBody } from "../schemas/input.ts";
import type { Question, TextRequest } from "./question.ts";

/** The question of `/v1/tokenize`. It needs no pass of the encoder. The extent is that of a prediction with the usual truncation. */
export function tokenization({
  text,
  model,
  offsets: unit = "utf16",
}: TokenizeBody): TextRequest<Tokenization, Tokenization> {
  return {
    modelId: model,
    texts: [{ input: { text }, pointer: "" }],
    settle: (): Question<Tokenization> => ({
      options: { truncation: "truncate" },
      tag: "tokenize",
      wanted: "none",
      answer({ manifest: { id }, version }, { encoding, tokens, truncated }) {
        const { ids, normalized, pieces, unknown } = encoding;
        const place = placesIn(text, unit);
        const offsets = encoding.offsets.map(([start, end]): [number, number] => [place(start), place(end)]);
        const rewrites = movePlaces(encoding.rewrites, place);
        const unknown_emoji = emojiLeft(normalized);
        const read = { tokens, truncated, model: { id, version } };
        return { normalized, pieces, ids: [...ids], offsets, rewrites, unknown, unknown_emoji, ...read };
      },
    }),
    cacheKey: () => ({ route: "tokenize", text, unit }),
    tag: () => "tokenize",
    shape: ([only]: Tokenization[]) => only as Tokenization,
  };
}

/** Emoji without a name in the model's table, each once. */
function emojiLeft(normalized: string): string[] {
  return [...new Set(normalized.match(/\p{Extended_Pictographic}/gu))];
}
