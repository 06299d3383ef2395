import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { MAX_LINE_ID_UTF16_UNITS, MAX_TEXT_UTF16_UNITS } from "../../src/limits.ts";
import { useService } from "./service.ts";

const { get, post, url } = useService();

const NDJSON = "application/x-ndjson";

const send = (lines: string, task = "sentiment") => post(`/v1/${task}/stream`, lines, { "Content-Type": NDJSON });

const sendPlain = (lines: string, path: string) => post(path, lines, { "Content-Type": "text/plain; charset=utf-8" });

interface AnswerLine {
  line: number;
  id?: string | number;
  label?: string;
  error?: { type: string; detail: string; errors?: { pointer: string }[] };
}

const linesOf = (body: string) =>
  body
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as AnswerLine);

test.each([
  ["/v1/sentiment", {}],
  ["/v1/ner", { scheme: "wnut17", offsets: "utf8" }],
  ["/v1/ner/wnut17", { offsets: "utf8" }],
  ["/v1/pos/ark", {}],
  ["/v1/analyze", { tasks: ["irony", "pos"] }],
  ["/v1/embed", { normalize: true }],
])("each line of %s/stream has the bytes that it gets alone, in order, behind its number", async (path, options) => {
  const texts = Array.from({ length: 12 }, (_, n) => `tweet number ${n} 😀`);
  const response = await post(`${path}/stream`, texts.map((text) => JSON.stringify({ text, ...options })).join("\n"), {
    "Content-Type": NDJSON,
  });
  expect(response.headers.get("Content-Type")).toBe(NDJSON);
  expect(response.headers.get("Cache-Control")).toBe("no-store");
  const body = await response.text();
  const alone = texts.map(async (text) => (await post(path, { text, ...options })).text());
  const expected = (await Promise.all(alone)).map((answer, index) => `{"line":${index + 1},${answer.slice(1)}\n`);
  expect(body).toBe(expected.join(""));
});

test("an id comes back, also where the line is wrong otherwise", async () => {
  const sent = [
    { id: "first 😀", text: "fine" },
    { id: 0, text: "" },
    { id: 9_007_199_254_740_991, text: "fine", scheme: "ark" },
    { id: "", text: "fine" },
  ];
  const lines = linesOf(await (await send(sent.map((line) => JSON.stringify(line)).join("\n"))).text());
  expect(lines.map(({ line, id }) => [line, id])).toEqual(sent.map(({ id }, index) => [index + 1, id]));
  expect(lines.map(({ error }) => error?.type)).toEqual([
    undefined,
    "/problems/invalid-request",
    "/problems/unknown-scheme",
    undefined,
  ]);
});

test.each([
  ["longer than it may be", JSON.stringify("x".repeat(MAX_LINE_ID_UTF16_UNITS + 1)), "text-too-long"],
  ["a number that JavaScript would round", "1849999999999999999", "invalid-request"],
  ["no whole number", "1.5", "invalid-request"],
  ["null", "null", "invalid-request"],
  ["an object", "{}", "invalid-request"],
])("an id that is %s is refused, not altered", async (_, id, kind) => {
  const [line] = linesOf(await (await send(`{"text":"fine","id":${id}}`)).text());
  expect(line).toMatchObject({ line: 1, error: { type: `/problems/${kind}` } });
  expect(line).not.toHaveProperty("id");
});

test("an id changes nothing else in the answer", async () => {
  const [plain, named] = linesOf(await (await send('{"text":"so good"}\n{"text":"so good","id":7}')).text());
  expect(named).toEqual({ ...plain, line: 2, id: 7 });
});

test("lines of plain text are texts as they stand, and places are counted from the line's start", async () => {
  const texts = ["  Off to Berlin  ", '{"text":"no JSON"}', "", "\t", "last 😀 in London\u00a0"];
  const body = `\ufeff${texts.join("\r\n")}\r\n`;
  const lines = linesOf(await (await sendPlain(body, "/v1/ner/stream?scheme=wnut17&offsets=code-points")).text());
  const kept = texts.flatMap((text, index) => (text.trim() ? [{ text, line: index + 1 }] : []));
  const alone = kept.map(async ({ text, line }) => {
    const answer = await (await post("/v1/ner", { text, scheme: "wnut17", offsets: "code-points" })).json();
    return { line, ...(answer as object) };
  });
  expect(lines).toEqual(await Promise.all(alone));
});

test("options of the query hold for lines that have none of their own", async () => {
  const lines = ['{"text":"a b"}', '{"text":"a b","tasks":["irony"]}'].join("\n");
  const path = "/v1/analyze/stream?tasks=sentiment,emotion";
  const answers = linesOf(await (await post(path, lines, { "Content-Type": NDJSON })).text());
  expect(answers.map((answer) => Object.keys((answer as unknown as { results: object }).results))).toEqual([
    ["sentiment", "emotion"],
    ["irony"],
  ]);
  expect((await post("/v1/embed/stream?pooling=max", "a", { "Content-Type": "text/plain" })).status).toBe(400);
});

test("a text of plain lines that is too long is told, and no id is looked for", async () => {
  const long = "a".repeat(MAX_TEXT_UTF16_UNITS + 1);
  const lines = linesOf(await (await sendPlain(`${long}\nfine`, "/v1/embed/stream")).text());
  expect(lines).toMatchObject([{ line: 1, error: { type: "/problems/text-too-long" } }, { line: 2 }]);
});

test("a tag set in the path has options of its own, in the query and in a line", async () => {
  const path = "/v1/ner/wnut17/stream";
  const lines = [
    '{"id":1,"text":"Berlin"}',
    '{"text":"Berlin","scheme":"tweebank"}',
    '{"text":"Berlin","offsets":"utf8"}',
  ];
  const answers = linesOf(await (await post(path, lines.join("\n"), { "Content-Type": NDJSON })).text());
  expect(answers).toMatchObject([
    { line: 1, id: 1, entities: [{ label: "location" }] },
    { line: 2, error: { type: "/problems/unknown-option", errors: [{ pointer: "/scheme" }] } },
    { line: 3, entities: [{ label: "location" }] },
  ]);
  const plain = await (await sendPlain("so 😀 Berlin", `${path}?offsets=code-points`)).text();
  expect(linesOf(plain)).toMatchObject([{ line: 1, entities: [{ start: 5 }] }]);
  expect((await sendPlain("Berlin", `${path}?scheme=wnut16`)).status).toBe(400);
  expect(linesOf(await (await sendPlain("x", "/v1/ner/none/stream")).text())).toMatchObject([
    { line: 1, error: { type: "/problems/unknown-scheme" } },
  ]);
});

test.each(["/v1/sentiment/stream", "/v1/ner/wnut17/stream", "/v1/analyze/stream", "/v1/embed/stream"])(
  "%s takes POST alone",
  async (path) => {
    const response = await get(path);
    expect([response.status, response.headers.get("Allow")]).toEqual([405, "POST"]);
  },
);

test("a broken line gets an error line of its own and the rest goes on", async () => {
  const response = await send(
    ['{"text":"fine"}', "{", "", '{"text":""}', '{"text":"x","scheme":"ark"}', '{"tokens":["still","fine"]}'].join(
      "\n",
    ),
  );
  const lines = linesOf(await response.text());
  expect(lines.map(({ line, error }) => [line, error?.type])).toEqual([
    [1, undefined],
    [2, "/problems/not-json"],
    [4, "/problems/invalid-request"],
    [5, "/problems/unknown-scheme"],
    [6, undefined],
  ]);
  expect(lines[4]?.label).toBeDefined();
});

test("a stream of another media type, or for no task, is refused", async () => {
  expect((await post("/v1/sentiment/stream", { text: "a" })).status).toBe(415);
  const lines = linesOf(await (await send('{"text":"a"}', "astrology")).text());
  expect(lines[0]?.error?.type).toBe("/problems/unknown-task");
});

test("a line is read when its answer is wanted: an endless body is answered as it comes", async () => {
  let sent = 0;
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      controller.enqueue(new TextEncoder().encode(`${JSON.stringify({ text: `line ${sent++}` })}\n`));
      await sleep(1);
    },
  });
  const leave = new AbortController();
  const response = await fetch(url("/v1/sentiment/stream"), {
    method: "POST",
    headers: { "Content-Type": NDJSON },
    body,
    duplex: "half",
    signal: leave.signal,
  } as RequestInit);
  const reader = (response.body as ReadableStream<Uint8Array>).getReader();
  for (let answers = 0; answers < 20; ) {
    const { value } = await reader.read();
    answers += new TextDecoder().decode(value).split("\n").length - 1;
  }
  leave.abort();
  expect((await send('{"text":"still there"}')).status).toBe(200);
});
