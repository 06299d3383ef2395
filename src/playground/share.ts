/** What the page can be used for. */
const VIEWS = ["one", "compare", "list"] as const;
export type View = (typeof VIEWS)[number];

/** What a link to this page holds. */
export interface Link {
  view: View;
  text?: string | undefined;
  /** The tweet that `text` is compared with. */
  other?: string | undefined;
}

/**
 * A link to this page. The texts stand in the fragment, which no browser sends: opening a link tells no server or proxy
 * what is in it.
 */
export function linkTo(page: string, { view, text, other }: Link): string {
  const fragment = new URLSearchParams();
  if (view !== "one") fragment.set("view", view);
  if (text) fragment.set("text", text);
  if (other) fragment.set("other", other);
  return fragment.size > 0 ? `${page}#${fragment}` : page;
}

/** What a link's fragment says. */
export function readLink(fragment: string): Link {
  const given = new URLSearchParams(fragment.replace(/^#/, ""));
  const view = VIEWS.find((each) => each === given.get("view")) ?? "one";
  return { view, text: given.get("text") ?? undefined, other: given.get("other") ?? undefined };
}
