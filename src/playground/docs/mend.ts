/** Elements of Swagger UI that have no name for screen readers, and a name for each. */
const NAMELESS: [selector: string, nameOf: (element: Element) => string][] = [
  [".examples-select-element", () => "Example"],
  [
    "tr[data-param-name] :is(select, input, textarea)",
    (control) => control.closest("tr")?.dataset.paramName ?? "Parameter",
  ],
  ["table[role=region]", (table) => `Responses of ${summaryOf(table)}`],
];

/** Gives these elements names and makes long examples scrollable by keyboard. Repeats it when elements are added to the page. */
export function mend(page: HTMLElement): void {
  const all = () => {
    for (const [selector, nameOf] of NAMELESS)
      for (const element of page.querySelectorAll(`:is(${selector}):not([aria-label])`))
        element.ariaLabel = nameOf(element);
    for (const code of page.querySelectorAll<HTMLElement>("pre.microlight:not([tabindex])")) code.tabIndex = 0;
  };
  new MutationObserver(all).observe(page, { childList: true, subtree: true });
}

/** Method and path of the operation that contains an element. */
function summaryOf(element: Element): string {
  const summary = element.closest(".opblock")?.querySelector(".opblock-summary");
  const parts = [".opblock-summary-method", ".opblock-summary-path"];
  return parts.map((part) => summary?.querySelector(part)?.textContent ?? "").join(" ");
}
