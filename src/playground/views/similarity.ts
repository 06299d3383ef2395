import { curlCommand } from "../curl.ts";
import { el, section } from "../dom.ts";
import { presentWord } from "../labels.ts";
import { milliseconds } from "../numbers.ts";
import type { Similarity } from "../similarity.ts";
import { bar } from "./card.ts";
import { foreignNote } from "./notes.ts";
import { request } from "./request.ts";

/** The similarity of two tweets, and of the first tweet to the examples. */
export function similaritySections(found: Similarity, texts: string[], hasKey: boolean): HTMLElement[] {
  const { cosine, yardstick, answered, question } = found;
  const rows = [
    { name: "The second tweet", cosine },
    ...yardstick.map(({ name, cosine }) => ({ name: `“${name}”`, cosine })),
  ];
  return [
    ...foreignNote(...texts),
    section(
      "Similarity",
      "The cosine of the two vectors. 1: same direction. 0: unrelated.",
      [],
      el("p", { class: "cosine" }, cosine.toFixed(2)),
      el("h3", {}, "The first tweet compared with"),
      el(
        "ol",
        { class: "bars yardstick" },
        ...rows
          .toSorted((a, b) => b.cosine - a.cosine)
          .map(({ name, cosine }) => bar(presentWord(name), cosine, cosine.toFixed(2))),
      ),
      el("p", { class: "none" }, "For comparison, the names in quotation marks are the example tweets of “One tweet”."),
    ),
    request([answered.exchange], curlCommand(location.origin, question, hasKey)),
  ];
}

/** The answer in one line. */
export function similaritySummary({ cosine, answered: { answer, exchange } }: Similarity): string {
  const model = answer.results[0]?.model;
  const said = [`Similarity ${cosine.toFixed(2)}`, `answered in ${milliseconds(exchange.roundTrip)}`];
  return [...said, ...(model ? [`${model.id} ${model.version.slice(0, 8)}`] : [])].join(" · ");
}
