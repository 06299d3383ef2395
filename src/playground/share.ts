/**
 * A link to this page with a text. It stands in the fragment, which no browser sends: opening a link tells no server
 * or proxy what is in it.
 */
export function linkTo(page: string, text: string): string {
  return `${page}#${new URLSearchParams({ text })}`;
}

/** The text that a link's fragment holds, or undefined. */
export function textOf(fragment: string): string | undefined {
  return new URLSearchParams(fragment.replace(/^#/, "")).get("text") ?? undefined;
}
