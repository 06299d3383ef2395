const PLACE = "<!--source-->";

/**
 * Adds a link to the source to a page's navigation. Without a homepage there is no link.
 *
 * @throws TypeError if the homepage is not a URL
 */
export function withSourceLink(page: string, homepage: string | undefined): string {
  return page.replace(PLACE, homepage === undefined ? "" : `<a href="${new URL(homepage).href}">Source</a>`);
}
