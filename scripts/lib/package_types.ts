import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { rollup } from "rollup";
import { dts } from "rollup-plugin-dts";
import ts from "typescript";

/** Sources with types that are inferred from zod schemas. */
const SHAPES = ["src/packages/types.ts", "src/packages/problem.ts"];

/**
 * Writes one declaration file for each part, and one for the types that they share.
 *
 * @param parts the parts' sources, by the names of the files
 */
export async function buildTypes(root: string, parts: Record<string, string>, target: string): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "bertweet-types-"));
  try {
    declare(root, Object.values(parts), folder);
    const input = Object.entries(parts).map(([name, source]) => [name, join(folder, source.replace(/\.ts$/, ".d.ts"))]);
    const options = {
      allowImportingTsExtensions: true,
      noEmit: true,
      types: ["@cloudflare/workers-types"],
      typeRoots: [],
    };
    const bundle = await rollup({
      input: Object.fromEntries(input),
      external: (id) => !/^[./]/.test(id),
      treeshake: { moduleSideEffects: false },
      plugins: [dts({ compilerOptions: options })],
    });
    await bundle.write({
      dir: target,
      entryFileNames: "[name].d.ts",
      chunkFileNames: ({ name }) => `types/${name.replace(/\.d$/, "")}.d.ts`,
    });
    await bundle.close();
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Writes a declaration file for each source into `folder`. The files of SHAPES do not import zod. */
function declare(root: string, sources: readonly string[], folder: string): void {
  const { config } = ts.readConfigFile(join(root, "tsconfig.json"), ts.sys.readFile);
  const { options, fileNames } = ts.parseJsonConfigFileContent(config, ts.sys, root);
  const emitting = {
    ...options,
    noEmit: false,
    declaration: true,
    emitDeclarationOnly: true,
    rootDir: root,
    outDir: folder,
  };
  const paths = [...sources, ...SHAPES].map((path) => join(root, path));
  paths.push(...fileNames.filter((path) => path.endsWith(".d.ts")));
  const program = ts.createProgram(paths, emitting);
  const errors = ts
    .getPreEmitDiagnostics(program)
    .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, "\n"));
  if (errors.length > 0) throw new Error(errors.join("\n"));
  program.emit();
  for (const shapes of SHAPES) {
    const source = program.getSourceFile(join(root, shapes)) as ts.SourceFile;
    ts.sys.writeFile(join(folder, shapes.replace(/\.ts$/, ".d.ts")), writeOut(program.getTypeChecker(), source));
  }
}

/** Each exported type of a source, fully expanded, with its comment. */
function writeOut(checker: ts.TypeChecker, source: ts.SourceFile): string {
  const flags = ts.TypeFormatFlags.NoTruncation | ts.TypeFormatFlags.InTypeAlias;
  const shapes = source.statements.filter(ts.isTypeAliasDeclaration).filter(({ modifiers }) => modifiers);
  return shapes
    .map((shape) => {
      const comments = ts.getJSDocCommentsAndTags(shape).map((comment) => comment.getText(source));
      const type = checker.getTypeAtLocation(shape.name);
      return [...comments, `export type ${shape.name.text} = ${writeType(checker, type, shape, flags)};`].join("\n");
    })
    .join("\n\n");
}

/** Writes a type. Mapped types (such as `Omit`) and intersections become the resulting object type. */
function writeType(checker: ts.TypeChecker, type: ts.Type, at: ts.Node, flags: ts.TypeFormatFlags): string {
  if (
    type.isUnion() ||
    !(type.flags & (ts.TypeFlags.Object | ts.TypeFlags.Intersection)) ||
    checker.getIndexInfosOfType(type).length > 0
  )
    return checker.typeToString(type, undefined, flags);
  const members = type.getProperties().map((property) => {
    const optional = property.flags & ts.SymbolFlags.Optional ? "?" : "";
    return `${property.name}${optional}: ${checker.typeToString(checker.getTypeOfSymbolAtLocation(property, at), undefined, flags)};`;
  });
  return `{\n  ${members.join("\n  ")}\n}`;
}
