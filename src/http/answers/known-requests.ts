import { LRUCache } from "lru-cache";
import { KNOWN_REQUEST_UTF16_UNITS, KNOWN_REQUESTS } from "../../limits.ts";
import type { Question, TextRequest } from "./question.ts";

/** What any route may ask. */
type AnyRequest = TextRequest<never, unknown, Question<never>>;

/** The requests by GET that were valid last. Such a request depends on nothing but its URL. */
const known = new LRUCache<string, AnyRequest>({ max: KNOWN_REQUESTS });

/** Remembers that a GET of this URL makes this request. */
export function rememberRequest<Result, Answer, Asked extends Question<Result>>(
  url: string,
  request: TextRequest<Result, Answer, Asked>,
): void {
  if (url.length <= KNOWN_REQUEST_UTF16_UNITS) known.set(url, request as unknown as AnyRequest);
}

/** The request that a GET of this URL makes, if it was made before. */
export function knownRequest(url: string): AnyRequest | undefined {
  return known.get(url);
}
