import { describe, expect, test } from "vitest";
import type { Problem } from "../../src/http/schemas/answers.ts";
import {
  MAX_BODY_BYTES,
  MAX_INPUT_ERRORS,
  MAX_NAME_UTF16_UNITS,
  MAX_TARGET_UTF16_UNITS,
  MAX_TOKENS_GIVEN,
} from "../../src/limits.ts";
import { startService } from "./service.ts";

const { get, post, url, logs } = startService({ seeded: true });

const HUGGING_FACE = "/models/bertweet-mini/pipeline/fill-mask";

/** No refusal may be longer than this, whatever was sent. */
const MAX_ANSWER_BYTES = 16_384;

async function refusal(response: { status: number; text(): Promise<string> }) {
  const body = await response.text();
  expect(body.length).toBeLessThan(MAX_ANSWER_BYTES);
  const problem = JSON.parse(body) as Problem;
  return { ...problem, status: response.status, kind: problem.type.replace("/problems/", "") };
}

const sendBytes = (path: string, bytes: Uint8Array | string, type = "application/json") =>
  fetch(url(path), { method: "POST", body: bytes, headers: { "Content-Type": type } } as RequestInit);

describe("the type of a body", () => {
  test.each([
    "application/json",
    "application/json;",
    "application/json; charset=utf-8",
    "application/json; charset=utf-8;",
    "application/json ; charset=utf-8",
    'application/json;charset="UTF-8"',
    "Application/JSON; odata.metadata=minimal; charset=utf8",
    "application/ld+json",
    "application/vnd.api-v1+json; ext=1",
  ])("may be %s", async (type) => {
    const response = await post("/v1/sentiment", { text: "a nice day" }, { "Content-Type": type });
    expect(response.status, await response.text()).toBe(200);
    expect((await post("/models/bertweet-mini", { inputs: "a nice day" }, { "Content-Type": type })).status).toBe(200);
  });

  test.each([
    "application/x-ndjson",
    "application/x-ndjson;",
    "application/x-ndjson ; charset=UTF-8;",
    "application/jsonl; header=no",
  ])("of a stream may be %s", async (type) => {
    const response = await post("/v1/sentiment/stream", '{"text":"a nice day"}', { "Content-Type": type });
    expect(response.status).toBe(200);
    expect(JSON.parse(await response.text())).toMatchObject({ label: expect.any(String) });
  });

  test.each([
    ["/v1/sentiment", "application/json; charset=iso-8859-1"],
    ["/v1/sentiment", "application/json; charset=utf-8; charset=utf-16"],
    ["/v1/sentiment", "application/jsonp"],
    ["/v1/sentiment", "text/json"],
    ["/v1/sentiment", "application/json, application/json"],
    ["/v1/sentiment", "multipart/form-data; boundary=a"],
    ["/v1/sentiment", ""],
    ["/v1/sentiment/stream", "application/x-ndjson; charset=utf-16le"],
    ["/v1/sentiment/stream", "application/json"],
    [HUGGING_FACE, "application/json; charset=latin1"],
  ])("%s takes no %s", async (path, type) => {
    const { status, kind, detail } = await refusal(await post(path, { text: "a" }, { "Content-Type": type }));
    expect([status, kind]).toEqual([415, "unsupported-media-type"]);
    expect(detail).toContain("UTF-8");
  });
});

describe("the bytes of a body", () => {
  test.each([
    ["a byte that begins no character", [...Buffer.from('{"text":"caf'), 0xe9, ...Buffer.from('"}')]],
    ["half a character", [...Buffer.from('{"text":"a"}'), 0xf0, 0x9f]],
    ["a surrogate", [...Buffer.from('{"text":"'), 0xed, 0xa0, 0x80, ...Buffer.from('"}')]],
    ["UTF-16", [...Buffer.from('{"text":"é"}', "utf16le")]],
  ])("are UTF-8: %s is refused", async (_, bytes) => {
    for (const path of ["/v1/sentiment", "/v1/tokenize", HUGGING_FACE]) {
      const { status, kind } = await refusal(await sendBytes(path, Uint8Array.from(bytes)));
      expect([status, kind]).toEqual([400, kind === "not-json" ? "not-json" : "body-not-utf8"]);
    }
  });

  test("may begin with a byte order mark, which RFC 8259 lets a reader ignore", async () => {
    const response = await sendBytes("/v1/tokenize", Buffer.from('\ufeff{"text":"a"}'));
    expect(await response.json()).toMatchObject({ normalized: "a" });
  });

  test("of a stream are UTF-8 line by line", async () => {
    const bytes = [...Buffer.from('{"text":"a"}\n{"text":"caf'), 0xe9, ...Buffer.from('"}\n{"text":"b"}')];
    const response = await sendBytes("/v1/sentiment/stream", Uint8Array.from(bytes), "application/x-ndjson");
    const lines = (await response.text())
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(lines).toMatchObject([
      { label: expect.any(String) },
      { line: 2, error: { status: 400, type: "/problems/line-not-utf8" } },
      { label: expect.any(String) },
    ]);
  });

  test.each([
    ["NaN", '{"text":"a","top_k":NaN}'],
    ["Infinity", '{"text":"a","top_k":Infinity}'],
    ["a comment", '{"text":"a"} // and more'],
    ["two values", '{"text":"a"}{"text":"b"}'],
    ["a trailing comma", '{"text":"a",}'],
    ["a raw newline in a string", '{"text":"a\nb"}'],
    ["nothing", ""],
    ["a byte order mark alone", "\ufeff"],
    ["brackets without end", "[".repeat(500_000)],
  ])("are JSON: %s is refused", async (_, body) => {
    const { status, kind } = await refusal(await sendBytes("/v1/sentiment", body));
    expect([status, kind]).toEqual([400, "not-json"]);
  });

  test.each([
    ["a number beyond all", '{"text":"a","top_k":1e999}', "invalid-request"],
    ["a number below all", '{"text":"a","top_k":-1e999}', "invalid-request"],
    ["a number that is no whole one", '{"text":"a","top_k":1.5}', "invalid-request"],
    ["a number without a double of its own", '{"text":"a","top_k":9007199254740993}', "invalid-request"],
    ["__proto__", '{"text":"a","__proto__":{"text":"b"}}', "unknown-option"],
    ["constructor", '{"text":"a","constructor":{"prototype":{}}}', "unknown-option"],
    ["__proto__ in place of a text", '{"__proto__":{"text":"b"}}', "unknown-option"],
    ["null", "null", "invalid-request"],
    ["null for a text", '{"text":null}', "invalid-request"],
  ])("hold what the schema says: %s is refused", async (_, body, expected) => {
    const { status, kind } = await refusal(await sendBytes("/v1/sentiment", body));
    expect([status, kind]).toEqual([400, expected]);
  });

  test("of a name that comes twice the last value counts, as JSON.parse has it", async () => {
    const response = await sendBytes("/v1/tokenize", '{"text":"first","text":"last"}');
    expect(await response.json()).toMatchObject({ normalized: "last" });
  });

  test("an option of Hugging Face's that nobody knows changes nothing, by whatever name", async () => {
    const plain = await post("/models/bertweet-mini", { inputs: "a" });
    const response = await sendBytes(
      "/models/bertweet-mini",
      '{"inputs":"a","options":{"__proto__":{"use_cache":false},"wait_for_model":true}}',
    );
    expect(await response.json()).toEqual(await plain.json());
  });
});

describe("what is wrong with a body is told in short", () => {
  const tokens = (count: number, token: unknown) => ({ tokens: Array(count).fill(token) });

  test("up to so many errors, with how many there are", async () => {
    const { errors, total_errors, detail, kind } = await refusal(
      await post("/v1/sentiment", { batch: Array(64).fill(tokens(4_000, "")) }),
    );
    expect(kind).toBe("invalid-request");
    expect(errors).toHaveLength(MAX_INPUT_ERRORS);
    expect(errors?.[1]?.pointer).toBe("/batch/0/tokens/1");
    expect(total_errors).toBe(64 * 4_000);
    expect(detail).toContain(String(64 * 4_000));
    expect(detail.length).toBeLessThan(500);
  });

  test("a few errors are all told, and nothing is said of a total", async () => {
    const problem = await refusal(await post("/v1/sentiment", { texts: ["a", 2, "b", ""], top_k: "1" }));
    expect(problem.errors?.map(({ pointer }) => pointer)).toEqual(["/texts/1", "/texts/3", "/top_k"]);
    expect(problem).not.toHaveProperty("total_errors");
  });

  test("unknown options by their pointers, as far as those are short", async () => {
    const problem = await refusal(await post("/v1/sentiment", { text: "a", "x/y~z": 1, ["k".repeat(5_000)]: 1 }));
    expect(problem.kind).toBe("unknown-option");
    expect(problem.errors?.map(({ pointer }) => pointer)).toEqual(["/x~1y~0z", ""]);
  });

  test.each<[string, string, unknown, number, string]>([
    ["invalid tokens", "/v1/sentiment", tokens(MAX_TOKENS_GIVEN, 1), 400, "invalid-request"],
    ["120,000 invalid tokens", "/v1/sentiment", tokens(120_000, ""), 413, "batch-too-large"],
    ["a batch of them", "/v1/ner", { batch: Array(60).fill(tokens(4_000, 7)) }, 400, "invalid-request"],
    ["a batch of numbers", "/v1/ner", { batch: Array(400_000).fill(1) }, 413, "batch-too-large"],
    ["texts that are none", "/v1/ner", { texts: Array(300_000).fill([]) }, 413, "batch-too-large"],
    ["targets that are none", "/v1/fill-mask", { text: "a", targets: Array(300_000).fill(1) }, 413, "batch-too-large"],
    ["tasks that are none", "/v1/analyze", { text: "a", tasks: Array(300_000).fill({}) }, 413, "batch-too-large"],
    ["inputs that are none", HUGGING_FACE, { inputs: Array(400_000).fill(0) }, 413, "batch-too-large"],
    [
      "labels that are none",
      "/models/bertweet-mini/pipeline/ner",
      { inputs: "a", parameters: { ignore_labels: Array(300_000).fill(0) } },
      413,
      "batch-too-large",
    ],
    [
      "targets of Hugging Face's that are none",
      HUGGING_FACE,
      { inputs: "a", parameters: { targets: Array(300_000).fill(0) } },
      413,
      "batch-too-large",
    ],
  ])("%s are refused", async (_, path, body, status, kind) => {
    expect(await refusal(await post(path, body))).toMatchObject({ status, kind });
  });

  const keys = Object.fromEntries(Array.from({ length: 80_000 }, (_, n) => [`k${n}`, 0]));
  const deep = `${"[".repeat(250_000)}${"]".repeat(250_000)}`;

  test.each([
    ["80,000 keys", JSON.stringify({ text: "a", ...keys }), "unknown-option"],
    ["80,000 keys in a batch", JSON.stringify({ batch: [{ text: "a", ...keys }] }), "unknown-option"],
    ["one key of a megabyte", JSON.stringify({ ["k".repeat(MAX_BODY_BYTES - 20)]: 1 }), "unknown-option"],
    ["deep lists for a text", `{"text":${deep}}`, "invalid-request"],
    ["deep lists for tokens", `{"tokens":${deep}}`, "invalid-request"],
    ["deep lists for an unknown option", `{"text":"a","x":${deep}}`, "unknown-option"],
    ["deep objects", `{"a":`.repeat(150_000) + 1 + "}".repeat(150_000), "unknown-option"],
  ])("%s are refused", async (_, body, kind) => {
    expect(await refusal(await sendBytes("/v1/sentiment", body))).toMatchObject({ status: 400, kind });
  });

  test("lines of a stream, too", async () => {
    const line = JSON.stringify(tokens(4_000, 1));
    const body = await (await post("/v1/ner/stream", line, { "Content-Type": "application/x-ndjson" })).text();
    expect(body.length).toBeLessThan(MAX_ANSWER_BYTES);
    expect(JSON.parse(body)).toMatchObject({ line: 1, error: { status: 400, total_errors: 4_000 } });
  });
});

describe("every string has a length", () => {
  const name = "a".repeat(MAX_NAME_UTF16_UNITS + 1);
  const target = "a".repeat(MAX_TARGET_UTF16_UNITS + 1);

  test.each<[string, unknown, string]>([
    ["/v1/sentiment", { text: "a", model: name }, "/model"],
    ["/v1/ner", { text: "a", scheme: name }, "/scheme"],
    ["/v1/ner", { batch: [{ text: "a", scheme: name }] }, "/batch/0/scheme"],
    ["/v1/fill-mask", { text: "<mask>", targets: ["a", target] }, "/targets/1"],
    ["/v1/analyze", { text: "a", tasks: ["sentiment", name] }, "/tasks/1"],
    [`/v1/${name}`, { text: "a" }, "/task"],
    [`/models/${name}`, { inputs: "a" }, "/id"],
    [`/models/bertweet-mini/pipeline/${name}`, { inputs: "a" }, "/task"],
    [HUGGING_FACE, { inputs: "<mask>", parameters: { targets: target } }, "/parameters/targets"],
    [HUGGING_FACE, { inputs: "<mask>", parameters: { targets: ["a", target] } }, "/parameters/targets/1"],
    [
      "/models/bertweet-mini/pipeline/ner",
      { inputs: "a", parameters: { ignore_labels: [name] } },
      "/parameters/ignore_labels/0",
    ],
    ["/models/bertweet-mini/pipeline/ner", { inputs: "a", parameters: { scheme: name } }, "/parameters/scheme"],
  ])("POST %# %s", async (path, body, pointer) => {
    const { status, kind, errors } = await refusal(await post(path, body));
    expect([status, kind, errors?.map((each) => each.pointer)]).toEqual([413, "text-too-long", [pointer]]);
  });

  test.each([
    `/v1/sentiment?text=a&model=${name}`,
    `/v1/ner?text=a&scheme=${name}`,
    `/v1/analyze?text=a&tasks=${name}`,
    `/v1/fill-mask?text=a&targets=b,${target}`,
    `/v1/models/${name}`,
    `/v1/${name}?text=a`,
  ])("GET %#", async (path) => {
    expect(await refusal(await get(path))).toMatchObject({ status: 413, kind: "text-too-long" });
  });

  test("a target may be longer than the piece that it stands for", async () => {
    const targets = [`https://example.com/${"a".repeat(200)}`, "😂"];
    const response = await post("/v1/fill-mask", { text: "<mask>", targets });
    expect(response.status, await response.text()).toBe(200);
  });
});

test("nothing that a client sent comes into the logs", async () => {
  const secret = "My-Secret-Words";
  const bodies = [
    `{"text":${secret}`,
    `{"${secret}":1}`,
    JSON.stringify({ text: secret, scheme: secret, targets: [secret], model: secret }),
    JSON.stringify({ inputs: secret, parameters: { [secret]: secret } }),
    JSON.stringify({ texts: [secret, 1] }),
    JSON.stringify({ text: `<mask> ${secret}`, targets: [secret] }),
  ];
  for (const path of ["/v1/fill-mask", "/v1/sentiment", `/v1/${secret}`, HUGGING_FACE, `/models/${secret}`])
    for (const body of bodies) {
      await (await sendBytes(path, body)).text();
      await (await sendBytes(`${path}/stream`, body, "application/x-ndjson")).text();
      await (await sendBytes(`${path}?${secret}`, body, secret)).text();
    }
  for (const path of [`/${secret}`, `/v1/${secret}?text=a`, `/v1/sentiment?text=a&scheme=${secret}`, "/v1/%E0%A4%A"])
    await (await get(path, { headers: { Authorization: `Bearer ${secret}`, "If-None-Match": secret } })).text();
  expect(JSON.stringify(logs())).not.toContain(secret);
});
