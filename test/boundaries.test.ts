import { expect, test } from "vitest";
import { importsOf, readSources } from "./imports.ts";

/** Files that every folder may import. They import no folder. */
const SHARED = ["errors.ts", "job-limits.ts", "limits.ts", "log.ts", "sleep.ts", "spans.ts", "within.ts"];

/**
 * The allowed imports, as prefixes of paths below src/. The longest prefix that matches a file counts. From `types`, only types may be
 * imported. Data goes one way: jobs -> http -> tasks -> tokenizer, runtime -> bundle.
 */
const RULES: Record<string, { values?: string[]; types?: string[] }> = {
  "job-limits.ts": {},
  "limits.ts": {},
  "log.ts": {},
  "sleep.ts": {},
  "spans.ts": {},
  "stream-parts.ts": {},
  "within.ts": {},
  "errors.ts": { values: ["limits.ts"] },
  "read-problem.ts": { types: ["packages/problem.ts"] },
  "bundle/": { values: ["bundle/", ...SHARED] },
  "tokenizer/": { values: ["tokenizer/"] },
  "runtime/": { values: ["runtime/", "tokenizer/", "bundle/", ...SHARED] },
  "runtime/ort/": {
    values: ["runtime/ort/", "runtime/release.ts", "../node_modules/onnxruntime-web/"],
    types: ["runtime/stage.ts"],
  },
  "runtime/simd/": { values: ["runtime/simd/"], types: ["runtime/stage.ts", "bundle/"] },
  "runtime/simd/assembly/": { values: ["runtime/simd/assembly/"] },
  "tasks/": { values: ["tasks/", "tokenizer/", "runtime/", ...SHARED], types: ["bundle/"] },
  "http/": { values: ["http/", "tasks/", "runtime/", "bundle/", "../package.json", ...SHARED], types: ["tokenizer/"] },
  "app.ts": { values: ["http/"] },
  "rpc.ts": {
    values: ["app.ts", "http/", "packages/bertweet.ts", "packages/error-over-binding.ts"],
    types: ["packages/types.ts"],
  },
  "index.ts": { values: ["rpc.ts"] },
  "jobs/": { values: ["jobs/", "http/", "runtime/", "bundle/", ...SHARED] },
  "jobs/input/": { values: ["jobs/input/", "stream-parts.ts", ...SHARED] },
  "encoder-stage.ts": { values: ["runtime/", "bundle/", ...SHARED] },
  "client.ts": {
    values: [
      ...["packages/bertweet.ts", "packages/jobs-client.ts", "packages/problem-error.ts"],
      ...["read-problem.ts", "sleep.ts", "within.ts"],
    ],
    types: ["packages/published.ts", "packages/types.ts"],
  },
  "packages/": {
    values: [
      ...["packages/", "http/answers/", "runtime/", "tokenizer/", "bundle/", "../models/bertweet-mini/"],
      ...["stream-parts.ts", ...SHARED],
    ],
  },
  "packages/jobs-client.ts": { types: ["packages/types.ts"] },
  "node/": {
    values: [
      "node/",
      "app.ts",
      "packages/bundle-source.ts",
      "packages/engine.ts",
      "packages/folder-bucket.ts",
      "bundle/",
      ...SHARED,
    ],
  },
  "packages/bertweet.ts": { types: ["packages/types.ts"] },
  "packages/problem.ts": { types: ["http/schemas/", "errors.ts"] },
  "packages/error-over-binding.ts": { values: ["packages/problem-error.ts"], types: ["packages/problem.ts"] },
  "packages/problem-error.ts": { types: ["packages/problem.ts"] },
  "packages/types.ts": { types: ["http/schemas/"] },
  "packages/worker.ts": {
    values: ["app.ts", "rpc.ts", "packages/defaults.ts", "packages/problem-error.ts"],
    types: ["packages/published.ts"],
  },
  "playground/": {
    values: ["playground/", "limits.ts", "read-problem.ts", "sleep.ts", "tasks/find-task.ts"],
    types: ["http/schemas/", "packages/problem.ts", "tasks/answers.ts", "bundle/manifest.ts"],
  },
};

/** The forbidden imports of a file below src/, one line for each. */
function forbidden(file: string, source: string): string[] {
  const fits = Object.keys(RULES).filter((beginning) => file.startsWith(beginning));
  const rule = RULES[fits.toSorted((a, b) => b.length - a.length)[0] ?? ""];
  if (!rule) return [`src/${file} is in no room of test/boundaries.test.ts`];
  return importsOf(file, source).flatMap(({ target, typeOnly }) => {
    const isIn = (room: string) => target.startsWith(room);
    if (rule.values?.some(isIn) || (typeOnly && rule.types?.some(isIn))) return [];
    return [`src/${file} must not import ${typeOnly ? "types of " : ""}${target}`];
  });
}

test("a source's imports are found, and those against the rules are named", () => {
  expect(
    forbidden(
      "tokenizer/bpe/a.ts",
      `import { log } from "../../log.ts";
       import type { Stage } from "../../runtime/stage.ts";
       export * from "../../http/problem.ts";
       const later = () => import("../../app.ts");
       type Far = import("../../limits.ts").Far;
       import { b } from "./b.ts";
       import { z } from "zod";`,
    ),
  ).toEqual([
    "src/tokenizer/bpe/a.ts must not import log.ts",
    "src/tokenizer/bpe/a.ts must not import types of runtime/stage.ts",
    "src/tokenizer/bpe/a.ts must not import http/problem.ts",
    "src/tokenizer/bpe/a.ts must not import app.ts",
    "src/tokenizer/bpe/a.ts must not import types of limits.ts",
  ]);
  const engine = `import { type A, type B } from "../stage.ts"; import { type C, d } from "../stage.ts";`;
  expect(forbidden("runtime/ort/a.ts", engine)).toEqual(["src/runtime/ort/a.ts must not import runtime/stage.ts"]);
  expect(forbidden("elsewhere/a.ts", "")).toEqual(["src/elsewhere/a.ts is in no room of test/boundaries.test.ts"]);
});

test("no file of src/ imports against the direction of the data", () => {
  const sources = readSources();
  expect(sources.size).toBeGreaterThan(100);
  expect([...sources].flatMap(([file, source]) => forbidden(file, source))).toEqual([]);
});
