import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { promisify } from "node:util";
import ts from "typescript";
import { describe, expect, test } from "vitest";
import { startService } from "./service.ts";

const run = promisify(execFile);
const readme = await readFile("README.md", "utf8");

/** The code blocks of the README in a language, in their order. */
const blocks = (language: string) =>
  [...readme.matchAll(new RegExp(`^\`\`\`${language}\n(.*?)^\`\`\``, "gms"))].map(([, code]) => code as string);

describe("the README's commands", () => {
  const { url } = startService({ seeded: true });

  test("each curl gets an answer, the first one the answer that stands under it", async () => {
    const commands = blocks("sh").filter((code) => code.startsWith("curl"));
    expect(commands.length).toBeGreaterThan(1);
    const answers: unknown[] = [];
    for (const command of commands) {
      const here = command.replaceAll("http://127.0.0.1:8787/", url("/"));
      const { stdout } = await run("bash", ["-c", `${here.trim()} --silent --fail`]);
      answers.push(JSON.parse(stdout));
    }
    const [shown] = blocks("json").map((code) => JSON.parse(code));
    const { scores, score, ...rest } = shown;
    expect(answers[0]).toMatchObject(rest);
    expect((answers[0] as typeof shown).score).toBeCloseTo(score, 2);
    expect((answers[0] as typeof shown).scores.map(({ label }: { label: string }) => label)).toEqual(
      scores.map(({ label }: { label: string }) => label),
    );
  });

  test("every npm script that it names exists", async () => {
    const { scripts } = JSON.parse(await readFile("package.json", "utf8"));
    const documents = await Promise.all(
      ["CONTRIBUTING.md", "models/README.md", "docs/operations.md", "docs/releasing.md"].map((path) =>
        readFile(path, "utf8"),
      ),
    );
    const named = [readme, ...documents].flatMap((text) => [
      ...text.matchAll(/npm run (?:--silent |-s )?([a-z][\w:-]*)/g),
    ]);
    expect(named.length).toBeGreaterThan(5);
    for (const [, name] of named) expect(Object.keys(scripts)).toContain(name);
  });
});

test("the README's TypeScript compiles", { timeout: 120_000 }, () => {
  const { config } = ts.readConfigFile("tsconfig.json", ts.sys.readFile);
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, ".");
  const examples = new Map(blocks("ts").map((code, index) => [resolve(`readme-${index}.ts`), code]));
  expect(examples.size).toBeGreaterThan(0);
  const host = ts.createCompilerHost(options);
  const { readFile: read, fileExists, getSourceFile } = host;
  host.readFile = (path) => examples.get(path) ?? read(path);
  host.fileExists = (path) => examples.has(path) || fileExists(path);
  host.getSourceFile = (path, ...others) => {
    const code = examples.get(path);
    return code === undefined
      ? getSourceFile(path, ...others)
      : ts.createSourceFile(path, code, ts.ScriptTarget.ESNext);
  };
  const program = ts.createProgram(
    [...examples.keys(), "src/env.d.ts"],
    { ...options, lib: ["lib.es2024.d.ts"], paths: { "bertweet-edge/client": ["./src/client.ts"] } },
    host,
  );
  const errors = [...examples.keys()]
    .flatMap((path) => program.getSemanticDiagnostics(program.getSourceFile(path)))
    .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, "\n"));
  expect(errors).toEqual([]);
});
