/** The panels of the page. */
const VIEWS = ["one", "compare", "list"] as const;
export type View = (typeof VIEWS)[number];

/** The contents of a link to this page. */
export interface Link {
  view: View;
  text?: string | undefined;
  /** The tweet that `text` is compared with. */
  other?: string | undefined;
}

/**
 * A link to this page. The texts are in the fragment, which browsers do not send. So no server or proxy sees them when somebody
 * opens the link.
 */
export function linkTo(page: string, { view, text, other }: Link): string {
  const fragment = new URLSearchParams();
  if (view !== "one") fragment.set("view", view);
  if (text) fragment.set("text", text);
  if (other) fragment.set("other", other);
  return fragment.size > 0 ? `${page}#${fragment}` : page;
}

/** Reads a link's fragment. */
export function readLink(fragment: string): Link {
  const given = new URLSearchParams(fragment.replace(/^#/, ""));
  const view = VIEWS.find((each) => each === given.get("view")) ?? "one";
  return { view, text: given.get("text") ?? undefined, other: given.get("other") ?? undefined };
}
