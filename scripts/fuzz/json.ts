import fc, { type Arbitrary } from "fast-check";
import { texts } from "./texts.ts";

/** The parts of JSON Schema that the fuzz uses. The service's document uses no others for its inputs. */
export interface Schema {
  $ref?: string;
  type?: string;
  enum?: unknown[];
  anyOf?: Schema[];
  oneOf?: { required: string[] }[];
  properties?: Record<string, Schema>;
  required?: string[];
  items?: Schema;
  minimum?: number;
  maximum?: number;
  maxItems?: number;
}

/** Values for members with these names, so that not every request fails because of its model's name. */
export type Names = Readonly<Record<string, readonly string[]>>;

const MOST_ITEMS = 3;

/**
 * Values that the schema allows, or nearly allows.
 *
 * @param schemas that `$ref`s point to
 */
export function fromSchema(
  schema: Schema,
  schemas: Record<string, Schema>,
  names: Names,
  name?: string,
): Arbitrary<unknown> {
  const go = (inner: Schema, member = name) => fromSchema(inner, schemas, names, member);
  if (schema.$ref) return go(schemas[schema.$ref.split("/").at(-1) ?? ""] ?? {});
  if (schema.enum) return fc.constantFrom(...schema.enum);
  if (schema.anyOf) return fc.oneof(...schema.anyOf.map((each) => go(each)));
  switch (schema.type) {
    case "string": {
      const known = names[name ?? ""];
      return known ? fc.oneof({ weight: 9, arbitrary: fc.constantFrom(...known) }, texts) : texts;
    }
    case "integer":
      return fc.oneof(fc.integer({ min: 1, max: 5 }), fc.integer({ min: schema.minimum, max: schema.maximum }));
    case "number":
      return fc.double();
    case "boolean":
      return fc.boolean();
    case "array": {
      const items = go(schema.items ?? {});
      const usual = fc.array(items, { minLength: 1, maxLength: MOST_ITEMS });
      const tooMany = fc.constant(Array((schema.maxItems ?? 64) + 1).fill("a"));
      return fc.oneof({ weight: 30, arbitrary: usual }, tooMany);
    }
    case "object":
      return objectOf(schema, go);
    default:
      return anyJson;
  }
}

/** An object with some of its optional members, and with one of the members that exclude each other. */
function objectOf(
  { properties = {}, required = [], oneOf = [] }: Schema,
  go: (schema: Schema, name: string) => Arbitrary<unknown>,
): Arbitrary<unknown> {
  const alternatives = oneOf.flatMap((each) => each.required);
  const values = (members: readonly string[]) =>
    Object.fromEntries(members.map((member) => [member, go(properties[member] ?? {}, member)]));
  const optional = Object.keys(properties).filter((each) => !required.includes(each) && !alternatives.includes(each));
  const chosen = alternatives.length > 0 ? fc.constantFrom(...alternatives).map((each) => [each]) : fc.constant([]);
  return fc
    .tuple(chosen, fc.subarray(optional, { maxLength: Math.min(2, optional.length) }))
    .chain(([one, some]) => fc.record(values([...required, ...one, ...some])));
}

/** JSON of any shape, small. */
const anyJson = fc.oneof(fc.jsonValue({ maxDepth: 3 }), texts, fc.constantFrom(null, true, 0, -1, 1.5, 1e308, [], {}));

/** Members that no schema has, or whose names are special in JavaScript. */
const strangeMembers = fc
  .tuple(
    fc.constantFrom("text", "texts", "inputs", "__proto__", "constructor", "toString", "", "length", "then", "\0"),
    anyJson,
  )
  .map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`);

const strangeTexts = fc.oneof(
  fc.constantFrom(
    "",
    " ",
    "null",
    "{",
    '{"text":',
    '{"text":"a"}{"text":"b"}',
    '{"text":"a",}',
    "{'text':'a'}",
    '\ufeff{"text":"a"}',
    '{"text":"\\ud83d"}',
    '{"text":"\\u0000"}',
    '{"text":"a\0b"}',
    '{"top_k":1e999,"text":"a"}',
    '{"top_k":123456789012345678901234567890,"text":"a"}',
    '{"top_k":1.0000000000000001,"text":"a"}',
    '{"text":NaN}',
  ),
  fc.integer({ min: 1, max: 100_000 }).map((depth) => "[".repeat(depth)),
  fc.integer({ min: 1, max: 20_000 }).map((depth) => `{"text":${"[".repeat(depth)}${"]".repeat(depth)}}`),
  fc
    .integer({ min: 1, max: 2_000 })
    .map((depth) => `{"options":${'{"a":'.repeat(depth)}1${"}".repeat(depth)},"inputs":"a"}`),
  fc.integer({ min: 1, max: 20_000 }).map((count) => `{"tokens":[${"1,".repeat(count)}1]}`),
  fc.integer({ min: 1, max: 20_000 }).map((count) => `{"text":"a",${'"x":1,'.repeat(count)}"x":1}`),
  fc.integer({ min: 1, max: 1_200_000 }).map((length) => `{"text":"${"a".repeat(length)}"}`),
  fc.string({ unit: "binary", maxLength: 50 }),
  fc.json(),
);

/** JSON texts of `values`, texts that are nearly such JSON, and texts that are not JSON. */
export function jsonTexts(values: Arbitrary<unknown>): Arbitrary<string> {
  const valid = values.map((value) => JSON.stringify(value));
  const withMember = fc
    .tuple(valid, strangeMembers)
    .map(([json, member]) =>
      json.startsWith("{") ? json.replace(/^\{/, json === "{}" ? `{${member}` : `{${member},`) : json,
    );
  const withOther = fc
    .tuple(values, anyJson, fc.nat())
    .map(([value, other, at]) => JSON.stringify(replaced(value, other, at)));
  const cut = fc.tuple(valid, fc.nat()).map(([json, at]) => json.slice(0, at % (json.length + 1)));
  return fc.oneof(
    { weight: 8, arbitrary: valid },
    { weight: 3, arbitrary: withOther },
    { weight: 2, arbitrary: withMember },
    { weight: 1, arbitrary: cut },
    { weight: 2, arbitrary: strangeTexts },
    { weight: 1, arbitrary: anyJson.map((value) => JSON.stringify(value)) },
  );
}

/** The value with `other` in place of its direct member or element number `at`. */
function replaced(value: unknown, other: unknown, at: number): unknown {
  if (typeof value !== "object" || value === null) return other;
  const entries = Object.entries(value);
  const [name] = entries[at % Math.max(1, entries.length)] ?? [];
  if (Array.isArray(value)) return value.map((each, index) => (String(index) === name ? other : each));
  return Object.fromEntries(entries.map(([each, inner]) => [each, each === name ? other : inner]));
}
