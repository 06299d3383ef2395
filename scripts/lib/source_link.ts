const PLACE = "<!--source-->";

/**
 * A page with a link to the source in the place that its navigation keeps for one; without a homepage that place is empty.
 *
 * @throws TypeError when the homepage is no URL
 */
export function withSourceLink(page: string, homepage: string | undefined): string {
  return page.replace(PLACE, homepage === undefined ? "" : `<a href="${new URL(homepage).href}">Source</a>`);
}
