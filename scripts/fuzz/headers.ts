import fc, { type Arbitrary } from "fast-check";

type Header = readonly [name: string, value: string];

const value = fc.oneof(
  fc.string({ maxLength: 30 }).map((each) => each.replace(/[^\x20-\x7e]/g, "?")),
  fc.array(fc.integer({ min: 0x20, max: 0xff }), { maxLength: 30 }).map((codes) =>
    codes
      .filter((code) => code !== 0x7f)
      .map((code) => String.fromCharCode(code))
      .join(""),
  ),
  fc.constantFrom("", ",", ",,,;;;", '"', "*", "\t", "null", "0", "-1", "x".repeat(4_000)),
);

const of = (name: string, ...values: string[]): Arbitrary<Header> =>
  fc.oneof({ weight: 2, arbitrary: fc.constantFrom(...values) }, value).map((each) => [name, each] as const);

const etags = fc
  .array(fc.constantFrom('"0"', 'W/"0"', '"a,b"', "*", '"', "W/", '""', `"${"0".repeat(32)}"`), {
    minLength: 1,
    maxLength: 200,
  })
  .map((tags) => ["If-None-Match", tags.join(", ")] as const);

const one: Arbitrary<Header> = fc.oneof(
  of("Accept", "*/*", "application/json", "text/html;q=0.9, */*;q=0", "application/x-ndjson", "image/*"),
  // No value that refuses all codings: the platform answers those requests itself.
  fc
    .constantFrom("gzip", "br", "gzip, br", "identity", "*", "gzip;q=0.5, br;q=0")
    .map((each) => ["Accept-Encoding", each] as const),
  of("Accept-Language", "en", "*", "x-klingon"),
  etags,
  of("If-None-Match", "*", '"0"'),
  of("If-Modified-Since", "Thu, 01 Jan 1970 00:00:00 GMT", "yesterday"),
  of("Cache-Control", "no-store", "no-cache", "max-age=0", "no-store=1, No-Store", "only-if-cached"),
  of("Pragma", "no-cache"),
  of("Range", "bytes=0-0", "bytes=-1", "bytes=5-2", "lines=1-", `bytes=${"0-0,".repeat(300)}0-0`),
  of("X-Request-Id", "abc-123", "a".repeat(255), "a".repeat(256), "../..", "<b>"),
  of("Authorization", "Bearer abc", "Bearer", "Bearer  a b", "Basic YTpi", "bearer abc", `Bearer ${"k".repeat(4_000)}`),
  of("Origin", "https://example.com", "null", "http://127.0.0.1", "x://"),
  of("Access-Control-Request-Method", "POST", "TRACE"),
  of("Access-Control-Request-Headers", "authorization, x-y"),
  of("Cookie", "a=b; c=d"),
  of("X-Forwarded-For", "127.0.0.1, ::1"),
  of("X-HTTP-Method-Override", "DELETE"),
  of("X-Wait-For-Model", "true"),
  of("X-Use-Cache", "false", "true"),
  of("Sec-Fetch-Mode", "navigate"),
);

/** Headers that have nothing to do with a body. */
export const headers: Arbitrary<Header[]> = fc.oneof(
  { weight: 2, arbitrary: fc.constant<Header[]>([]) },
  fc.array(one, { maxLength: 4 }),
);

/** Right and wrong content types for a body. @param usual the route's own */
export const contentTypes = (usual: string): Arbitrary<Header[]> =>
  fc.oneof(
    { weight: 8, arbitrary: fc.constant<Header[]>([["Content-Type", usual]]) },
    {
      weight: 2,
      arbitrary: fc
        .constantFrom(
          `${usual};`,
          `${usual}; charset=utf-8`,
          `${usual} ; charset=utf-8`,
          `${usual}; charset=utf-8;`,
          `${usual}; charset="UTF-8"`,
          `${usual}; charset=latin1`,
          `${usual}; charset=utf-16`,
          `${usual}; charset=`,
          `${usual}; odata.metadata=minimal`,
          `${usual};;;`,
          `${usual}, text/html`,
          usual.toUpperCase(),
          ` ${usual}`,
          "application/vnd.api+json",
          "application/jsonl",
          "text/plain",
          "application/x-www-form-urlencoded",
          "multipart/form-data; boundary=x",
          "multipart/form-data",
          "*/*",
          "json",
          "/",
          "",
        )
        .map((each): Header[] => [["Content-Type", each]]),
    },
    fc.constant<Header[]>([]),
    value.map((each): Header[] => [["Content-Type", each]]),
  );
