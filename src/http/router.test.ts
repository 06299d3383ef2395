import { TrieRouter } from "hono/router/trie-router";
import { expect, it } from "vitest";
import { MAX_REMEMBERED_PATH_UTF16_UNITS, REMEMBERED_PATHS } from "../limits.ts";
import { createRouter } from "./router.ts";

const ROUTES = [
  ["ALL", "*"],
  ["ALL", "/v1/*"],
  ["GET", "/v1/models"],
  ["GET", "/v1/models/:id"],
  ["GET", "/v1/:task"],
  ["POST", "/v1/:task"],
  ["POST", "/v1/:task/stream"],
] as const;

function both() {
  const routers = [createRouter<string>(), new TrieRouter<string>()] as const;
  for (const router of routers) for (const [method, path] of ROUTES) router.add(method, path, `${method} ${path}`);
  return routers;
}

it("finds what Hono's router finds, however often a path is asked", () => {
  const [router, trie] = both();
  const paths = ["/", "/v1", "/v1/models", "/v1/models/a", "/v1/ner", "/v1/pos", "/v1/ner/stream", "/v1/a/b/c"];
  for (let time = 0; time < 3; time++)
    for (const method of ["GET", "POST", "PUT"])
      for (const path of paths) expect(router.match(method, path)).toEqual(trie.match(method, path));
});

it("finds it for more paths than it remembers, and for paths that are too long to be remembered", () => {
  const [router, trie] = both();
  const long = `/v1/${"x".repeat(MAX_REMEMBERED_PATH_UTF16_UNITS)}`;
  for (let n = 0; n < REMEMBERED_PATHS + 2; n++)
    for (const path of [`/v1/task-${n}`, "/v1/task-0", long])
      expect(router.match("GET", path)).toEqual(trie.match("GET", path));
});
