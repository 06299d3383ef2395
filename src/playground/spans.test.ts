import fc from "fast-check";
import { expect, test } from "vitest";
import { cutAtSpans } from "./spans.ts";

test("cuts at both ends of a span and keeps what stands between", () => {
  const cape = { start: 5, end: 9 };
  expect(cutAtSpans("from Cape to", [cape])).toEqual([
    { text: "from ", about: undefined },
    { text: "Cape", about: cape },
    { text: " to", about: undefined },
  ]);
});

test("loses and doubles nothing, however the spans lie", () => {
  const spans = fc.array(
    fc.tuple(fc.nat(30), fc.nat(30)).map(([a, b]) => ({ start: Math.min(a, b), end: Math.max(a, b) })),
  );
  fc.assert(
    fc.property(fc.string({ unit: "grapheme", minLength: 30 }), spans, (text, found) => {
      expect(
        cutAtSpans(text, found)
          .map((stretch) => stretch.text)
          .join(""),
      ).toBe(text);
    }),
  );
});
