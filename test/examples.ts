import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import ts from "typescript";

/** An `@example` of a source, and the name of what it explains. */
export interface Example {
  of: string;
  code: string;
}

const isExported = (node: ts.Node) =>
  ts.canHaveModifiers(node) && ts.getModifiers(node)?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword);

/** What people call of a source: its exported functions and classes, and the methods of its exported interfaces. */
export function callable(path: string): string[] {
  return nodesOf(path).map(({ name }) => name);
}

/** The examples of a source's callable parts, in their order. */
export function examplesOf(path: string): Example[] {
  return nodesOf(path).flatMap(({ name, node }) =>
    ts
      .getJSDocTags(node)
      .filter(({ tagName }) => tagName.text === "example")
      .map(({ comment }) => ({
        of: name,
        code: /```ts\n(.*)```/s.exec(ts.getTextOfJSDocComment(comment) ?? "")?.[1] ?? "",
      })),
  );
}

interface Named {
  name: string;
  node: ts.Node;
}

function nodesOf(path: string): Named[] {
  const source = ts.createSourceFile(path, readFileSync(path, "utf8"), ts.ScriptTarget.Latest, true);
  return source.statements.filter(isExported).flatMap((node): Named[] => {
    if ((ts.isFunctionDeclaration(node) || ts.isClassDeclaration(node)) && node.name)
      return [{ name: node.name.text, node }];
    if (!ts.isInterfaceDeclaration(node)) return [];
    return node.members
      .filter(ts.isMethodSignature)
      .map((member) => ({ name: `${node.name.text}.${member.name.getText()}`, node: member }));
  });
}

/** What TypeScript finds wrong with modules that lie in the root of the repository, by this project's own options. */
export function typeErrors(modules: ReadonlyMap<string, string>): string[] {
  const { config } = ts.readConfigFile("tsconfig.json", ts.sys.readFile);
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, ".");
  const given = new Map([...modules].map(([name, code]) => [resolve(name), code]));
  const host = ts.createCompilerHost(options);
  const { readFile, fileExists, getSourceFile } = host;
  host.readFile = (path) => given.get(path) ?? readFile(path);
  host.fileExists = (path) => given.has(path) || fileExists(path);
  host.getSourceFile = (path, target, ...rest) => {
    const code = given.get(path);
    return code === undefined ? getSourceFile(path, target, ...rest) : ts.createSourceFile(path, code, target);
  };
  const program = ts.createProgram([...given.keys(), resolve("src/env.d.ts")], options, host);
  return [...given.keys()].flatMap((path) => {
    const source = program.getSourceFile(path);
    const found = [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)];
    return found.map(({ messageText }) => `${path}: ${ts.flattenDiagnosticMessageText(messageText, "\n")}`);
  });
}
