import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { movePlaces, type OffsetUnit, placesIn } from "./offset-units.ts";

const UNITS: OffsetUnit[] = ["utf16", "code-points", "utf8"];

/** The length of the text before a place, computed by the platform. */
const BEFORE: Record<OffsetUnit, (text: string) => number> = {
  utf16: (text) => text.length,
  "code-points": (text) => [...text].length,
  utf8: (text) => new TextEncoder().encode(text).length,
};

describe.each(UNITS)("%s", (unit) => {
  test.each([
    ["nothing", ""],
    ["ASCII", "plain text"],
    ["two and three bytes", "é ß € 日本"],
    ["emoji", "🙃 a 👍🏽"],
    ["a sequence of zero-width joiners", "👩🏽‍🚀👨‍👩‍👧‍👦!"],
    ["a flag and a keycap", "🇩🇪 1️⃣"],
    ["combining marks", "e\u0301 n\u0303 \u0928\u093f"],
    ["lone surrogates", "\ud83d a \ude43\ud83d"],
    ["the ends of the planes", "\u007f\u0080\u07ff\u0800\uffff\u{10000}\u{10ffff}"],
  ])("places in %s", (_, text) => {
    const place = placesIn(text, unit);
    let at = 0;
    for (const character of `${text}`) {
      expect(place(at)).toBe(BEFORE[unit](text.slice(0, at)));
      at += character.length;
    }
    expect(place(text.length)).toBe(BEFORE[unit](text));
  });

  test("of any text are where the platform has them", () => {
    const anyText = fc.array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 50 });
    fc.assert(
      fc.property(anyText, (units) => {
        const text = String.fromCharCode(...units);
        const place = placesIn(text, unit);
        let at = 0;
        for (const character of text) {
          expect(place(at)).toBe(BEFORE[unit](text.slice(0, at)));
          at += character.length;
        }
        expect(place(text.length)).toBe(BEFORE[unit](text));
      }),
    );
  });
});

test("between the two surrogates of a pair a place is that before it", () => {
  expect(placesIn("a🙃", "code-points")(2)).toBe(1);
  expect(placesIn("a🙃", "utf8")(2)).toBe(1);
});

test("spans keep what else they have, and its order", () => {
  const moved = movePlaces([{ text: "b", start: 2, end: 3, score: 1 }], (place) => place * 2);
  expect(JSON.stringify(moved)).toBe('[{"text":"b","start":4,"end":6,"score":1}]');
});
