import { existsSync } from "node:fs";
import { resolve } from "node:path";
import ts from "typescript";
import { describe, expect, test } from "vitest";
import { readBlocks, readCommands } from "./documents/documents.ts";
import { wrongWith, wrongWithLine } from "./documents/lookup.ts";
import { isStart, NOT_RUN } from "./documents/running.ts";

const blocks = readBlocks();
const commands = readCommands();

/** What holds the blocks of each language against the code. */
const CHECKED_BY: Record<string, string> = {
  sh: "test/integration/documents.test.ts",
  json: "test/integration/documents.test.ts",
  ts: "test/integration/documents.test.ts",
  js: "test/packages/worker.test.ts", // Workers that use the package
  toml: "test/integration/rpc.test.ts", // the binding of examples/two-workers
  python: "test/training/documents.test.ts",
  mermaid: "test/drawings.test.ts",
  md: "test/documents.test.ts", // a button to copy, which needs the address of a fork
  sql: "src/http/metrics/data-point.test.ts", // its columns; Analytics Engine does nothing locally
  yaml: "src/http/metrics/exposition.test.ts", // a configuration of Prometheus, which reads what that test checks
};

test("every block is in a language that a test looks at", () => {
  expect(new Set(blocks.map(({ language }) => language))).toEqual(new Set(Object.keys(CHECKED_BY)));
  for (const path of Object.values(CHECKED_BY)) expect(existsSync(path), path).toBe(true);
});

test("every command of a block is run by a test, or is listed in NOT_RUN", () => {
  const lines = new Set(commands.filter(({ inBlock }) => inBlock).map(({ line }) => line));
  expect(Object.keys(NOT_RUN).filter((line) => !lines.has(line) || isStart(line))).toEqual([]);
  const rest = [...lines].filter((line) => !(line in NOT_RUN || isStart(line)));
  expect(rest.length).toBeGreaterThan(3);
  expect([...lines].filter(isStart).length).toBeGreaterThan(3);
});

// wrangler takes seconds for its help, so test/commands/documents.test.ts asks it.
const lines = new Set(commands.map(({ line }) => line).filter((line) => !line.includes("npx wrangler")));

test.each([...lines])("what it names exists: %s", async (line) => {
  expect(await wrongWithLine(line)).toBeUndefined();
});

test.each([
  ["npm run nothing", "package.json has no script nothing"],
  ["npm run plan -- --no-such 1", "--help has no --no-such"],
  ["npm run models -- explode", "npm run models has no action explode"],
  ["npx biome check --no-such", "--help has no --no-such"],
  ["npx bertweet-edge serve --no-such", "--help has no --no-such"],
  ["npx no-such", "no package has the command no-such"],
  ["npx vitest run --project no-such", "vitest has no project no-such"],
  ["python no_such.py", "there is no scripts/training/no_such.py"],
])("what does not exist is found: %s", async (line, wrong) => {
  expect(await wrongWith(line.split(" "))).toBe(wrong);
});

describe("TypeScript", () => {
  const examples = new Map(
    blocks.filter(({ language }) => language === "ts").map(({ code }, index) => [resolve(`example-${index}.ts`), code]),
  );

  test("compile", { timeout: 120_000 }, () => {
    expect(examples.size).toBeGreaterThan(1);
    const { options } = ts.parseJsonConfigFileContent(
      ts.readConfigFile("tsconfig.json", ts.sys.readFile).config,
      ts.sys,
      ".",
    );
    const host = ts.createCompilerHost(options);
    const { readFile, fileExists, getSourceFile } = host;
    host.readFile = (path) => examples.get(path) ?? readFile(path);
    host.fileExists = (path) => examples.has(path) || fileExists(path);
    host.getSourceFile = (path, ...others) => {
      const code = examples.get(path);
      return code === undefined
        ? getSourceFile(path, ...others)
        : ts.createSourceFile(path, code, ts.ScriptTarget.ESNext);
    };
    const program = ts.createProgram(
      [...examples.keys(), "src/env.d.ts"],
      { ...options, lib: ["lib.es2024.d.ts"] },
      host,
    );
    const errors = [...examples.keys()]
      .flatMap((path) => program.getSemanticDiagnostics(program.getSourceFile(path)))
      .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, "\n"));
    expect(errors).toEqual([]);
  });
});
