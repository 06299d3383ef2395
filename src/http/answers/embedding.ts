import { embed, requireStates } from "../../tasks/embed.ts";
import type { Embedding } from "../schemas/answers.ts";
import type { EmbedOptions } from "../schemas/input.ts";
import { type NativeRoute, withExtent } from "./native.ts";

/** What `/v1/embed` asks of a text. */
export const embedding: NativeRoute<EmbedOptions, Embedding> = {
  name: "embed",
  settle(manifest, { options: { truncation = "truncate", pooling = "mean", normalize = false } }) {
    requireStates(manifest);
    return {
      options: { truncation, pooling, normalize },
      tag: "embed",
      wanted: pooling === "cls" ? "text" : "all",
      answer: (model, reading) => withExtent({ embedding: [...embed(reading, pooling, normalize)] }, model, reading),
    };
  },
};
