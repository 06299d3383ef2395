import { globSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import ts from "typescript";
import { expect, test } from "vitest";

/** Files that every room may import, and that import none. */
const SHARED = ["errors.ts", "limits.ts", "log.ts", "sleep.ts", "spans.ts", "within.ts"];

/**
 * Who may import what, as beginnings of paths below src/. The longest beginning that fits a file counts. `types` are those of which only
 * types may be imported. Data goes one way: http -> tasks -> tokenizer, runtime -> bundle.
 */
const RULES: Record<string, { values?: string[]; types?: string[] }> = {
  "limits.ts": {},
  "log.ts": {},
  "sleep.ts": {},
  "spans.ts": {},
  "within.ts": {},
  "errors.ts": { values: ["limits.ts"] },
  "read-problem.ts": { types: ["errors.ts"] },
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
  "index.ts": { values: ["app.ts"] },
  "encoder-stage.ts": { values: ["runtime/", "bundle/", ...SHARED] },
  "client.ts": { values: ["read-problem.ts", "sleep.ts"], types: ["app.ts", "errors.ts"] },
  "playground/": {
    values: ["playground/", "limits.ts", "read-problem.ts", "sleep.ts", "tasks/find-task.ts"],
    types: ["http/schemas/", "bundle/manifest.ts"],
  },
};

interface Import {
  specifier: string;
  typeOnly: boolean;
}

/** Every import of a source by a relative path: static and dynamic ones, re-exports, and types written as `import("...")`. */
function importsOf(source: string): Import[] {
  const found: Import[] = [];
  const add = (specifier: ts.Node | undefined, typeOnly: boolean) => {
    if (specifier && ts.isStringLiteral(specifier) && specifier.text.startsWith("."))
      found.push({ specifier: specifier.text, typeOnly });
  };
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node)) add(node.moduleSpecifier, importsTypesOnly(node.importClause));
    else if (ts.isExportDeclaration(node)) add(node.moduleSpecifier, node.isTypeOnly);
    else if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) add(node.argument.literal, true);
    else if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword)
      add(node.arguments[0], false);
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile("source.ts", source, ts.ScriptTarget.Latest));
  return found;
}

function importsTypesOnly(clause: ts.ImportClause | undefined): boolean {
  if (!clause) return false;
  if (clause.phaseModifier === ts.SyntaxKind.TypeKeyword) return true;
  const { name, namedBindings } = clause;
  return (
    !name && !!namedBindings && ts.isNamedImports(namedBindings) && namedBindings.elements.every((e) => e.isTypeOnly)
  );
}

/** What a file below src/ imports against the rules, a line for each. */
function forbidden(file: string, source: string): string[] {
  const fits = Object.keys(RULES).filter((beginning) => file.startsWith(beginning));
  const rule = RULES[fits.toSorted((a, b) => b.length - a.length)[0] ?? ""];
  if (!rule) return [`src/${file} is in no room of test/boundaries.test.ts`];
  return importsOf(source).flatMap(({ specifier, typeOnly }) => {
    const target = normalize(join(dirname(file), specifier));
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
  const files = globSync("**/*.ts", { cwd: "src" }).filter((file) => !/\.(test|d)\.ts$/.test(file));
  expect(files.length).toBeGreaterThan(100);
  expect(files.flatMap((file) => forbidden(file, readFileSync(join("src", file), "utf8")))).toEqual([]);
});
