import { MAX_TEXT_UTF16_UNITS } from "../../limits.ts";
import { copyOnClick } from "../copy.ts";
import { button, byId, el } from "../dom.ts";
import { EXAMPLES } from "../examples.ts";
import { Inquiry } from "../inquiry.ts";
import { askAbout, askWhy } from "../questions.ts";
import { whenTypingRests } from "../rest.ts";
import type { Session } from "../session.ts";
import { linkTo } from "../share.ts";
import { findingsSections, summary } from "../views/findings.ts";
import type { Panel } from "./panel.ts";

/** From this length on, the page shows how much of the limit a text uses. */
const COUNTED_UTF16_UNITS = MAX_TEXT_UTF16_UNITS / 2;

/** The panel for one tweet: all of the model's answers about it. */
export function onePanel(session: Session): Panel {
  const text = byId("text", HTMLTextAreaElement);
  const count = byId("count", HTMLElement);
  const inquiry = new Inquiry(session, {
    status: byId("status", HTMLElement),
    problem: byId("problem", HTMLElement),
    results: byId("results", HTMLElement),
  });
  const schemes = new Map<string, string>();
  let inWindows = false;

  function choose(task: string, scheme: string): void {
    schemes.set(task, scheme);
    ask();
  }

  function readInWindows(wanted: boolean): void {
    inWindows = wanted;
    ask();
  }

  /** Asks about the current text. Replaces an earlier question. */
  function ask(): void {
    const asked = text.value;
    const isTooLong = asked.length > MAX_TEXT_UTF16_UNITS;
    text.ariaInvalid = String(isTooLong);
    count.textContent = asked.length > COUNTED_UTF16_UNITS ? countOf(asked) : "";
    const shared = asked.trim() === "" || isTooLong ? undefined : asked;
    history.replaceState(null, "", linkTo(location.pathname, { view: "one", text: shared }));
    if (asked.trim() === "") inquiry.clear("No text yet");
    else answer(asked);
  }

  function answer(asked: string): void {
    inquiry.start(async (asking) => {
      const tasks = await session.tasks(asking);
      const findings = await askAbout(asked, tasks, { schemes, inWindows }, asking);
      const explain = (task: string) => askWhy(asked, task, asking);
      const choices = { schemes, choose, readInWindows, explain, hasKey: asking.key !== "" };
      return { sections: findingsSections(findings, choices), summary: summary(findings) };
    });
  }

  function put(value: string): void {
    text.value = value;
    ask();
  }

  whenTypingRests([text], ask);
  byId("clear", HTMLButtonElement).addEventListener("click", () => {
    put("");
    text.focus();
  });
  copyOnClick(byId("share", HTMLButtonElement), () =>
    linkTo(location.origin + location.pathname, { view: "one", text: text.value }),
  );
  for (const { name, text: example } of EXAMPLES)
    byId("examples", HTMLElement).append(
      el(
        "li",
        {},
        button(name, () => put(example), { title: example }),
      ),
    );

  let isNew = true;
  return {
    open(link) {
      const shown = link.text ?? (isNew ? EXAMPLES[0].text : text.value);
      isNew = false;
      put(shown);
    },
    again: ask,
  };
}

function countOf(text: string): string {
  return `${text.length.toLocaleString("en")} of ${MAX_TEXT_UTF16_UNITS.toLocaleString("en")} characters`;
}
