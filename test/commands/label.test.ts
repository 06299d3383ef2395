import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { gunzipSync, gzipSync } from "node:zlib";
import { parse } from "csv-parse/sync";
import { parquetWriteBuffer } from "hyparquet-writer";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { buildCode } from "../../scripts/build.ts";
import { startService } from "../integration/service.ts";
import { endOf, startLabel } from "./run_label.ts";

const service = startService({ seeded: true });

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "label-"));
});
afterAll(() => rm(folder, { recursive: true }));

const path = (name: string) => join(folder, name);
const put = async (name: string, content: string | Uint8Array) => {
  await writeFile(path(name), content);
  return path(name);
};
const text = (name: string) => readFile(path(name), "utf8");

const label = (input: string, out: string, ...options: string[]) =>
  endOf(startLabel([input, "--out", path(out), "--url", service.url("/"), ...options]));

interface Analysis {
  results: Record<string, { label: string; score: number; entities?: object[] }>;
}

async function alone(each: string, tasks: string[]): Promise<Analysis["results"]> {
  const response = await service.post("/v1/analyze", { text: each, tasks });
  return ((await response.json()) as Analysis).results;
}

const TWEETS = ['she said "so, happy"\nfor @you 😀', "Off to Berlin,  again ", "plain"] as const;

describe("without a service, in this process", () => {
  beforeAll(buildCode);
  const here = async (input: string, out: string, ...options: string[]) =>
    endOf(startLabel([input, "--out", path(out), ...options]));
  const lines = Array.from({ length: 70 }, (_, n) => `off to Berlin ${n} ${"so happy 😀 ".repeat(n % 9)}`);

  test("each number of threads gives the bytes of HTTP, and tells the same of bad rows", async () => {
    const input = await put("here.csv", `text\n${lines.join("\n")}\n${"x".repeat(20_001)}\n`);
    const tasks = ["--tasks", "sentiment,ner/wnut17,pos"];
    const { code, printed } = await label(input, "by-http.csv", ...tasks);
    expect(code).toBe(3);
    for (const threads of ["1", "3"]) {
      const found = await here(input, `by-${threads}.csv`, ...tasks, "--threads", threads);
      expect(found).toEqual({ code, printed: printed.replaceAll("by-http", `by-${threads}`) });
      expect(await text(`by-${threads}.csv`)).toBe(await text("by-http.csv"));
      expect(await text(`by-${threads}.csv.bad.ndjson`)).toBe(await text("by-http.csv.bad.ndjson"));
    }
  });

  test.each([
    [["--tasks", "astrology"], "The model has no task of that name"],
    [["--tasks", "irony", "--bundle", "nowhere"], "nowhere"],
    [["--tasks", "irony", "--threads", "0"], "from 1 to 64"],
    [["--tasks", "irony", "--threads", "2", "--url", "http://127.0.0.1:9"], "do not go with --url"],
  ])("%j is refused in one line, and nothing is begun", async (options, why) => {
    const { code, printed } = await here(await put("one.csv", "text\nfine\n"), "refused.csv", ...options);
    expect([code, printed]).toEqual([1, expect.stringContaining(why)]);
    expect(printed.trim().split("\n")).toHaveLength(1);
    expect(existsSync(path("refused.csv"))).toBe(false);
  });
});

describe("a CSV", () => {
  const [quoted, spaced, plain] = TWEETS;
  const csv = [
    "﻿id,text,note",
    '007,"she said ""so, happy""\nfor @you 😀",=1+1',
    `1849999999999999999,"${spaced}",`,
    "3, \t,blank",
    "4,one too few",
    `5,${plain},"a,b"`,
    "",
  ].join("\r\n");

  test("keeps its columns, their order and its texts, and has labels behind them; bad rows have a file of their own", async () => {
    const input = await put("tweets.csv", csv.replace('happy""\r\n', 'happy""\n'));
    const { code, printed } = await label(input, "out.csv", "--tasks", "sentiment,ner");
    expect([code, printed]).toEqual([3, expect.stringContaining("3 of 5 rows")]);
    const rows = parse(await text("out.csv")) as string[][];
    expect(rows[0]).toEqual(["id", "text", "note", "sentiment", "sentiment_score", "ner"]);
    const kept = [
      ["007", quoted, "=1+1"],
      ["1849999999999999999", spaced, ""],
      ["5", plain, "a,b"],
    ];
    expect(rows.slice(1).map((row) => row.slice(0, 3))).toEqual(kept);
    for (const [, each = "", , sentiment, score, entities = ""] of rows.slice(1)) {
      const { sentiment: expected, ner } = await alone(each, ["sentiment", "ner"]);
      expect([sentiment, Number(score), JSON.parse(entities)]).toEqual([
        expected?.label,
        expected?.score,
        ner?.entities,
      ]);
    }
    const bad = (await text("out.csv.bad.ndjson")).trim().split("\n");
    expect(bad.map((line) => JSON.parse(line))).toEqual([
      { row: 3, problem: "The text is empty.", cells: { id: "3", text: " \t", note: "blank" } },
      { row: 4, problem: "It has 2 columns in place of 3.", cells: { id: "4", text: "one too few" } },
    ]);
    expect(existsSync(path("out.csv.progress"))).toBe(false);
  });

  test("is not written over, and an unknown column or task is told at once", async () => {
    const input = await put("few.csv", "id,tweet\n1,fine\n");
    await put("there.csv", "mine");
    const field = ["--text-field", "tweet", "--tasks"];
    expect(await label(input, "there.csv", ...field, "irony")).toMatchObject({ code: 1 });
    expect(await text("there.csv")).toBe("mine");
    const wrongColumn = await label(input, "a.csv", "--tasks", "irony");
    expect(wrongColumn).toMatchObject({ code: 1, printed: expect.stringContaining("no column text, but id, tweet") });
    const wrongTask = await label(input, "b.csv", ...field, "astrology");
    expect(wrongTask).toMatchObject({
      code: 1,
      printed: expect.stringMatching(/404 The model has no task of that name[^:]*: emoji, [^:]*\n$/),
    });
    expect(existsSync(path("b.csv"))).toBe(false);
  });
});

test("TSV has no quotes, and a text of plain lines one column", async () => {
  const tsv = await put("q.tsv", 'text\tn\n"so" happy\t1\n');
  expect(await label(tsv, "q.out.tsv", "--tasks", "irony")).toMatchObject({ code: 0 });
  expect(await text("q.out.tsv")).toMatch(/^text\tn\tirony\tirony_score\n"so" happy\t1\t\w+\t0\.\d+\n$/);
  const lines = await put("q.txt", "one\n\n two\r\n");
  expect(await label(lines, "q.out.ndjson", "--tasks", "irony")).toMatchObject({ code: 0 });
  const rows = (await text("q.out.ndjson")).trim().split("\n");
  expect(rows.map((row) => JSON.parse(row).text)).toEqual(["one", " two"]);
});

test("NDJSON keeps nested values, gzip goes in and out, and U+2028 ends no line", async () => {
  const rows = [{ text: "a\u2028b", user: { id: 1 }, tags: ["x"] }, { text: 7 }, { text: TWEETS[1], other: null }];
  const body = `${rows.map((row) => JSON.stringify(row)).join("\n")}\n{broken\n`;
  const input = await put("in.ndjson.gz", gzipSync(body));
  expect(await label(input, "out.ndjson.gz", "--tasks", "ner/wnut17")).toMatchObject({ code: 3 });
  const out = gunzipSync(await readFile(path("out.ndjson.gz"))).toString();
  const written = out
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  const expected = await Promise.all(
    [rows[0], rows[2]].map(async (row) => {
      const results = await alone(row?.text as string, ["ner/wnut17"]);
      return { ...row, "ner/wnut17": results["ner/wnut17"]?.entities };
    }),
  );
  expect(written).toEqual(expected);
  const bad = (await text("out.ndjson.gz.bad.ndjson"))
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  expect(bad.map(({ row, problem }) => [row, problem])).toEqual([
    [2, "It has no text in text."],
    [4, "It is not JSON."],
  ]);
});

test("Parquet is read, whole numbers of 64 bits too", async () => {
  const columnData = [
    { name: "id", data: [1_849_999_999_999_999_999n, 2n], type: "INT64" as const },
    { name: "text", data: [TWEETS[1], TWEETS[2]], type: "STRING" as const },
  ];
  const input = await put("in.parquet", new Uint8Array(parquetWriteBuffer({ columnData })));
  expect(await label(input, "parquet.csv", "--tasks", "hate")).toMatchObject({ code: 0 });
  const rows = parse(await text("parquet.csv")) as string[][];
  expect(rows.map((row) => row.slice(0, 3))).toEqual([
    ["id", "text", "hate"],
    ["1849999999999999999", TWEETS[1], expect.any(String)],
    ["2", TWEETS[2], expect.any(String)],
  ]);
});

test("cut off, it goes on where it was, and the file is what it would have been", async () => {
  const lines = Array.from({ length: 600 }, (_, n) => (n % 100 === 99 ? "  \t" : `tweet ${n} 😀`));
  const csv = `text\n${lines.join("\n")}\n`;
  const input = await put("long.csv", csv);
  const options = ["--tasks", "sentiment", "--url", service.url("/")];
  const child = startLabel([input, "--out", path("cut.csv"), ...options]);
  const done = async () => (existsSync(path("cut.csv.progress")) ? JSON.parse(await text("cut.csv.progress")).rows : 0);
  while ((await done()) === 0) await sleep(20);
  child.kill("SIGKILL");
  await once(child, "close");
  expect(await done()).toBeLessThan(600);
  await writeFile(path("cut.csv"), "half a row that was never", { flag: "a" });
  const other = await label(input, "cut.csv", "--tasks", "irony");
  expect(other).toMatchObject({ code: 1, printed: expect.stringContaining("other options") });
  expect(await label(input, "cut.csv", "--tasks", "sentiment")).toMatchObject({ code: 3 });
  expect(await label(input, "whole.csv", "--tasks", "sentiment")).toMatchObject({ code: 3 });
  expect(await text("cut.csv")).toBe(await text("whole.csv"));
  expect(await text("cut.csv.bad.ndjson")).toBe(await text("whole.csv.bad.ndjson"));
  expect(parse(await text("whole.csv"))).toHaveLength(595);
}, 120_000);

test.each([
  ["latin1.csv", Buffer.from("text\ncaf\xe9\n", "latin1"), "not UTF-8"],
  ["open.csv", 'text\n"never closed\n', "Quote Not Closed"],
  ["no.csv.gz", "text\nno gzip\n", "header"],
  ["no.parquet", "text", "parquet"],
  ["no.xlsx", "text", "must end in"],
])("%s can't be read, which is told in one line", async (name, content, why) => {
  const { code, printed } = await label(await put(name, content), `${name}.out.csv`, "--tasks", "irony");
  expect([code, printed]).toEqual([1, expect.stringContaining(why)]);
  expect(printed.trim().split("\n")).toHaveLength(1);
  expect(existsSync(path(`${name}.out.csv`))).toBe(false);
});

test("a service that is not there is told, and nothing is begun", async () => {
  const input = await put("small.csv", "text\nfine\n");
  const child = startLabel([input, "--out", path("none.csv"), "--tasks", "irony", "--url", "http://127.0.0.1:9"]);
  expect((await once(child, "close"))[0]).toBe(1);
  expect(existsSync(path("none.csv"))).toBe(false);
});
