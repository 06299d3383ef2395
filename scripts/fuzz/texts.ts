import fc, { type Arbitrary } from "fast-check";

const TWEETS = [
  "@nasa the launch was so beautiful 😍 https://t.co/x",
  "SO tired of this... can't even 🙄 #monday",
  "Off to Berlin with @anna, see u at 10:30",
  "I am <mask> about the new album",
  "don't <mask> me <mask>",
];

/** Texts that may cause errors in a tokenizer, a regular expression or a JSON parser. */
const TROUBLE = [
  "\0",
  "\u0001\u001f\u007f\u0085",
  "\u200d\u200d\ufe0f",
  "\u202e\u2066abc\u2069",
  "👩‍👩‍👧‍👦👩🏽‍🚀🏴󠁧󠁢󠁥󠁮󠁧󠁿🇩🇪🇩",
  `a${"\u0301".repeat(300)}`,
  "\ufeffhello",
  "\ud800",
  "\udc00\ud800",
  "ﷺ㍿ｆｕｌｌ ①Ⅷ",
  "İıßẞǅΣς",
  "&amp;&lt;&#x110000;&#55296;&notanentity",
  "http://".repeat(40),
  "@".repeat(500),
  "#".repeat(500),
  "<mask>".repeat(9),
  "<s></s><pad><unk>",
  "@USER HTTPURL",
  "1".repeat(400),
  "x@y.z ".repeat(60),
  "😀".repeat(200),
  "constructor __proto__ toString",
  "' OR 1=1; -- {{7*7}} <script>alert(1)</script> ../../etc/passwd",
];

const planes = fc
  .array(
    fc
      .tuple(fc.integer({ min: 0, max: 16 }), fc.integer({ min: 0, max: 0xffff }))
      .map(([plane, offset]) => String.fromCodePoint(0x10000 * plane + offset)),
    { minLength: 1, maxLength: 40 },
  )
  .map((characters) => characters.join(""));

const units = fc
  .array(fc.integer({ min: 0, max: 0xffff }), { minLength: 1, maxLength: 40 })
  .map((codes) => String.fromCharCode(...codes));

const words = fc
  .array(fc.oneof(fc.constantFrom(...TWEETS, ...TROUBLE), fc.string({ minLength: 1, maxLength: 8 })), {
    minLength: 1,
    maxLength: 6,
  })
  .map((parts) => parts.join(" "));

/** One pattern many times, up to and beyond the longest text that the service takes. */
const repeated = fc
  .tuple(
    fc.oneof(fc.constantFrom("a", "aB", "é", "😀", "a ", "\u0301", "@a ", "<mask> "), planes),
    fc.constantFrom(500, 4_000, 19_999, 20_000, 20_001, 60_000),
  )
  .map(([pattern, length]) => pattern.repeat(Math.ceil(length / pattern.length)).slice(0, length));

/** Texts of every kind; most are short, so that a case is one or two passes of the encoder. */
export const texts: Arbitrary<string> = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...TWEETS) },
  { weight: 4, arbitrary: words },
  { weight: 4, arbitrary: planes },
  { weight: 2, arbitrary: units },
  { weight: 3, arbitrary: fc.constantFrom(...TROUBLE) },
  { weight: 2, arbitrary: fc.string({ unit: "grapheme", maxLength: 60 }) },
  { weight: 1, arbitrary: repeated },
  { weight: 1, arbitrary: fc.constantFrom("", " ", "\n\t", "\u3000") },
);
