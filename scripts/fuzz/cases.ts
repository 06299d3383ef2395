import { brotliCompressSync, gzipSync } from "node:zlib";
import fc, { type Arbitrary } from "fast-check";
import type { NamedOperation } from "../../test/integration/openapi.ts";
import type { Case } from "./case.ts";
import { contentTypes, headers } from "./headers.ts";
import { fromSchema, jsonTexts, type Names, type Schema } from "./json.ts";
import { otherTargets, targetsOf } from "./targets.ts";

const METHODS = ["GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "PROPFIND", "QUERY"];

/** Larger bodies ask for no windows: one request may ask for 64 passes, and seconds of work are not an error. */
const WINDOWED_BYTES = 1_000;

const NDJSON = "application/x-ndjson";

interface Body {
  body: Uint8Array;
  chunks?: number[];
  encoding?: string;
}

const bytesOf = (text: string) => Buffer.from(text);

/** The bytes as they are, or with a few invalid UTF-8 bytes. */
function bytes(text: Arbitrary<string>): Arbitrary<Uint8Array> {
  const damaged = fc
    .tuple(text, fc.nat(), fc.constantFrom([0xff], [0xc0, 0x80], [0xed, 0xa0, 0x80], [0xf5], [0x00], [0xe2, 0x82]))
    .map(([each, at, strange]) => {
      const whole = bytesOf(each);
      const cut = at % (whole.length + 1);
      return Buffer.concat([whole.subarray(0, cut), Buffer.from(strange), whole.subarray(cut)]);
    });
  return fc.oneof({ weight: 9, arbitrary: text.map(bytesOf) }, damaged, fc.uint8Array({ maxLength: 100 }));
}

/** Ways to send bytes: as a whole, in chunks, in a content coding, or with a wrong content coding header. */
function shaped(content: Arbitrary<Uint8Array>): Arbitrary<Body> {
  const chunked = fc
    .tuple(content, fc.array(fc.integer({ min: 1, max: 2_000 }), { maxLength: 20 }))
    .map(([body, chunks]) => ({ body, chunks }));
  const coded = fc
    .tuple(content, fc.constantFrom("gzip", "br", "identity", "deflate", "zstd", "gzip, gzip", "x", ""), fc.boolean())
    .map(([body, encoding, honest]) => ({ body: honest ? encode(body, encoding) : body, encoding }));
  return fc.oneof(
    { weight: 6, arbitrary: content.map((body) => ({ body })) },
    { weight: 3, arbitrary: chunked },
    coded,
  );
}

function encode(body: Uint8Array, encoding: string): Uint8Array {
  if (encoding === "gzip") return gzipSync(body);
  return encoding === "br" ? brotliCompressSync(body) : body;
}

/** Valid and invalid lines of a stream, with every kind of line end. */
function lines(json: Arbitrary<string>): Arbitrary<string> {
  const line = fc.oneof(
    { weight: 9, arbitrary: json.map((each) => each.slice(0, 200_000)) },
    fc.constantFrom("", " ", "\0", "null"),
  );
  return fc
    .tuple(fc.array(line, { maxLength: 6 }), fc.constantFrom("\n", "\r\n", "\n\n", "\r"), fc.boolean())
    .map(([each, end, last]) => each.join(end) + (last ? end : ""));
}

function withoutWindows(body: Uint8Array): Uint8Array {
  if (body.length <= WINDOWED_BYTES) return body;
  const text = Buffer.from(body).toString("latin1");
  return Buffer.from(text.replaceAll('"window"', '"truncate"').replaceAll('"stride"', '"strode"'), "latin1");
}

function withBody(base: Case, { body, chunks, encoding }: Body, types: Case["headers"]): Case {
  const all = [...base.headers, ...types];
  if (encoding !== undefined) all.push(["Content-Encoding", encoding]);
  return { ...base, headers: all, body: withoutWindows(body), ...(chunks && { chunks }) };
}

/** Requests for one operation of the document. Most are valid, or nearly valid. */
function casesOf(operation: NamedOperation, schemas: Record<string, Schema>, names: Names): Arbitrary<Case> {
  const { method, path, parameters = [], requestBody } = operation;
  const target = targetsOf(path, parameters, names);
  const methods = fc.oneof({ weight: 12, arbitrary: fc.constant(method) }, fc.constantFrom(...METHODS));
  const base = fc.record({ method: methods, target, headers });
  const [type, media] = Object.entries(requestBody?.content ?? {})[0] ?? [];
  if (!type || !media) return base.map((each) => ({ ...each, target: each.target.slice(0, 12_000) }));
  const json = jsonTexts(fromSchema(media.schema as Schema, schemas, names));
  const body = shaped(bytes(type === NDJSON ? lines(json) : json));
  return fc.tuple(base, body, contentTypes(type)).map(([each, content, types]) => withBody(each, content, types));
}

/** Requests for paths that are not in the document, with a body or without. */
const elsewhere: Arbitrary<Case> = fc
  .tuple(
    fc.record({ method: fc.constantFrom(...METHODS), target: otherTargets, headers }),
    fc.option(shaped(fc.uint8Array({ maxLength: 100 })), { nil: undefined }),
    contentTypes("application/json"),
  )
  .map(([base, body, types]) => (body ? withBody(base, body, types) : base));

/** Requests for everything that the service answers, and for some things that it does not. */
export function allCases(
  operations: readonly NamedOperation[],
  schemas: Record<string, Schema>,
  names: Names,
): Arbitrary<Case> {
  return fc.oneof(
    ...operations.map((operation) => ({
      weight: operation.requestBody ? 4 : 2,
      arbitrary: casesOf(operation, schemas, names),
    })),
    { weight: 6, arbitrary: elsewhere },
  );
}
