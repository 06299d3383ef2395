import fc, { type Arbitrary } from "fast-check";
import type { Names } from "./json.ts";
import { texts } from "./texts.ts";

/** A parameter of a path or a query. */
export interface Parameter {
  name: string;
  in: "path" | "query";
  required?: boolean;
}

/** Text as UTF-8 in percent escapes, which `encodeURIComponent` refuses to make of a lone surrogate. */
const escaped = (text: string) => encodeURIComponent(text.toWellFormed());

/** Values of a path's or a query's parameter as in the URL: correctly escaped, wrongly escaped, and not escaped. */
function values(name: string, names: Names): Arbitrary<string> {
  const known = names[name];
  const usual = (known ? fc.constantFrom(...known) : texts).map((each) => escaped(each).slice(0, 8_000));
  const strange = fc.oneof(
    fc.constantFrom(
      "",
      "%",
      "%0",
      "%00",
      "%ff",
      "%c0%80",
      "%ed%a0%80",
      "%2e%2e",
      "%2F",
      "+",
      "%25%32%46",
      ";",
      "a=b",
      "%u0041",
    ),
    texts.map((each) => escaped(each).slice(0, 200)),
    fc.webPath(),
  );
  return fc.oneof({ weight: 9, arbitrary: usual }, strange);
}

const strangePaths = fc.oneof(
  fc.constantFrom(
    "/",
    "//",
    "/v1",
    "/v1/",
    "/v1//",
    "/v1/sentiment/",
    "/v1/../healthz",
    "/v1/%2e%2e/healthz",
    "/v1/..%2f..%2fhealthz",
    "/v1/sentiment%00",
    "/V1/Sentiment",
    "/v1/__proto__",
    "/v1/constructor/stream",
    "/models",
    "/models/",
    "/models/%2F",
    "/models/../v1/models",
    "/blobs/0",
    "/.well-known/security.txt",
    "/.git/config",
    "/favicon.ico",
    "/*",
    "/:task",
    "/v1/{task}",
    "/%",
    "/%zz",
    "/%ff%fe",
    "/?",
    "/#",
    `/${"a/".repeat(2_000)}`,
    `/v1/${"a".repeat(8_000)}`,
  ),
  fc.webPath().map((path) => `/${path}`),
  texts.map((each) => `/${escaped(each).slice(0, 500)}`),
);

/** A path with its query. @param path of the document, with names in braces */
export function targetsOf(path: string, parameters: readonly Parameter[], names: Names): Arbitrary<string> {
  const parts = path
    .split(/(\{\w+\})/)
    .map((part) => (part.startsWith("{") ? values(part.slice(1, -1), names) : fc.constant(part)));
  const namesIn = (required: boolean) =>
    parameters.filter((each) => each.in === "query" && (each.required ?? false) === required).map(({ name }) => name);
  const [required, optional] = [namesIn(true), namesIn(false)];
  const field = (name: string) => values(name, names).map((value) => `${name}=${value}`);
  const usual = fc
    .subarray(optional, { maxLength: Math.min(2, optional.length) })
    .chain((some) => fc.tuple(...[...required, ...some].map(field)));
  const strange = fc.array(
    fc.oneof(
      fc.constantFrom(
        "",
        "=",
        "text",
        "text=",
        "text=a",
        "text[]=a",
        "text=a&text=b",
        "__proto__=1",
        "constructor[prototype]=1",
        "&&&",
        "%=%",
        "top_k=1e9",
      ),
      texts.map((each) => escaped(each).slice(0, 100)),
    ),
    { maxLength: 4 },
  );
  const query = fc.oneof({ weight: 6, arbitrary: usual }, strange);
  return fc
    .tuple(fc.tuple(...parts), query)
    .map(([segments, fields]) => `${segments.join("")}${fields.length > 0 ? `?${fields.join("&")}` : ""}`);
}

/** Paths without a route, and other spellings of paths. `/cdn-cgi/` is left out, because it belongs to the platform. */
export const otherTargets: Arbitrary<string> = strangePaths.filter((path) => !/^\/+cdn-cgi/i.test(path));
