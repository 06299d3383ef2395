import { expect, test } from "vitest";
import { withSourceLink } from "../scripts/lib/source_link.ts";

const PAGE = "<nav><!--source--></nav>";

test("links the homepage of package.json", () => {
  expect(withSourceLink(PAGE, "https://code.example/edge")).toBe(
    '<nav><a href="https://code.example/edge">Source</a></nav>',
  );
});

test("links nothing where package.json names no homepage", () => {
  expect(withSourceLink(PAGE, undefined)).toBe("<nav></nav>");
});

test("takes no homepage that is no URL", () => {
  expect(() => withSourceLink(PAGE, '"><script>')).toThrow(TypeError);
});
