import type { Result, Router } from "hono/router";
import { TrieRouter } from "hono/router/trie-router";
import { LRUCache } from "lru-cache";
import { MAX_REMEMBERED_PATH_UTF16_UNITS, REMEMBERED_PATHS } from "../limits.ts";

/**
 * Hono's router for any set of paths, and what it found for the paths that were asked last. A search takes about as long as all else that
 * Hono does for a request, and most requests ask a few paths: what differs is in the query or the body.
 */
export function createRouter<Handler>(): Router<Handler> {
  const trie = new TrieRouter<Handler>();
  const found = new LRUCache<string, Result<Handler>>({ max: REMEMBERED_PATHS });
  return {
    name: "remembering TrieRouter",
    add: (method, path, handler) => trie.add(method, path, handler),
    match(method, path) {
      const key = `${method} ${path}`;
      const known = found.get(key);
      if (known) return known;
      const result = trie.match(method, path);
      if (key.length <= MAX_REMEMBERED_PATH_UTF16_UNITS) found.set(key, result);
      return result;
    },
  };
}
