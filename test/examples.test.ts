import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { expect, test } from "vitest";
import { callable, examplesOf, typeErrors } from "./examples.ts";

const TOKENIZER = "src/packages/tokenizer.ts";

/** The sources that hold what people call of the package, and how many names that is at least. */
const SOURCES: [path: string, least: number][] = [
  ["src/client.ts", 2],
  ["src/packages/problem-error.ts", 2],
  [TOKENIZER, 6],
  ["src/packages/model.ts", 1],
  ["src/packages/worker.ts", 2],
];

test.each(SOURCES)("whatever people call of %s has an example", (path, least) => {
  expect(callable(path).length).toBeGreaterThanOrEqual(least);
  for (const { of, code } of examplesOf(path)) expect(code, `${of}: TypeScript takes an @ for a tag`).not.toBe("");
  expect(new Set(examplesOf(path).map(({ of }) => of))).toEqual(new Set(callable(path)));
});

/** The tokenizer's examples as one module: that of `fromFiles` makes the `tokenizer` of the others. */
const tokenizing = examplesOf(TOKENIZER)
  .toSorted((a, b) => Number(b.of === "fromFiles") - Number(a.of === "fromFiles"))
  .map(({ of, code }) => (of === "fromFiles" ? code : `{\n${code}}\n`))
  .join("");

test("the examples have no type error", () => {
  const others = SOURCES.filter(([path]) => path !== TOKENIZER).flatMap(([path]) =>
    examplesOf(path).map(({ of, code }) => [`example-${of}.ts`, code] as const),
  );
  const wrong = ["wrong.ts", 'export const one: number = "1";'] as const;
  const errors = typeErrors(new Map([...others, ["example-tokenizer.ts", tokenizing], wrong]));
  expect(errors).toEqual([expect.stringMatching(/wrong\.ts: Type 'string' is not assignable/)]);
});

test("the tokenizer's examples print what they say", () => {
  const folder = mkdtempSync(join(tmpdir(), "bertweet-examples-"));
  const file = join(folder, "examples.mts");
  writeFileSync(file, tokenizing.replaceAll("bertweet-edge/tokenizer", pathToFileURL(TOKENIZER).href));
  try {
    const printed = execFileSync(process.execPath, ["--no-warnings", file], { encoding: "utf8" });
    const said = [...tokenizing.matchAll(/console\.log\(.*\); \/\/ (.*)/g)].map(([, line]) => line);
    expect(printed.trimEnd().split("\n")).toEqual(said);
    expect(said.length).toBeGreaterThan(3);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
