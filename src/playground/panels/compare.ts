import { button, byId, el } from "../dom.ts";
import { PAIRS } from "../examples.ts";
import { Inquiry } from "../inquiry.ts";
import { whenTypingRests } from "../rest.ts";
import type { Session } from "../session.ts";
import { linkTo } from "../share.ts";
import { askSimilarity } from "../similarity.ts";
import { similaritySections, similaritySummary } from "../views/similarity.ts";
import type { Panel } from "./panel.ts";

/** The panel that compares two tweets. */
export function comparePanel(session: Session): Panel {
  const first = byId("first", HTMLTextAreaElement);
  const second = byId("second", HTMLTextAreaElement);
  const inquiry = new Inquiry(session, {
    status: byId("compare-status", HTMLElement),
    problem: byId("compare-problem", HTMLElement),
    results: byId("compare-results", HTMLElement),
  });

  function compare(): void {
    const [text, other] = [first.value, second.value];
    history.replaceState(null, "", linkTo(location.pathname, { view: "compare", text, other }));
    if (text.trim() === "" || other.trim() === "") inquiry.clear("Enter two tweets");
    else answer(text, other);
  }

  function answer(text: string, other: string): void {
    inquiry.start(async (asking) => {
      const found = await askSimilarity(text, other, asking);
      return {
        sections: similaritySections(found, [text, other], asking.key !== ""),
        summary: similaritySummary(found),
      };
    });
  }

  function put(text: string, other: string): void {
    first.value = text;
    second.value = other;
    compare();
  }

  whenTypingRests([first, second], compare);
  for (const { name, text, other } of PAIRS)
    byId("pairs", HTMLElement).append(
      el(
        "li",
        {},
        button(name, () => put(text, other), { title: `${text} / ${other}` }),
      ),
    );

  let isNew = true;
  return {
    open({ text, other }) {
      const isGiven = text !== undefined || other !== undefined;
      if (isGiven) put(text ?? "", other ?? "");
      else if (isNew) put(PAIRS[0].text, PAIRS[0].other);
      else compare();
      isNew = false;
    },
    again: compare,
  };
}
