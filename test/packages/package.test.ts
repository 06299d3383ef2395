import { execFile } from "node:child_process";
import { readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { gzipSync } from "node:zlib";
import { checkPackage, createPackageFromTarballData } from "@arethetypeswrong/core";
import { publint } from "publint";
import ts from "typescript";
import { expect, inject, test } from "vitest";

const run = promisify(execFile);
const project = inject("project");
const installed = join(project, "node_modules/bertweet-edge");

/** Every file that is published, and how many kilobytes it may have. */
const FILES: Record<string, number> = {
  LICENSE: 2,
  "README.md": 12,
  "dist/package/LICENSES.txt": 14,
  "dist/package/bin.js": 2,
  "dist/package/client.d.ts": 8,
  "dist/package/client.js": 11,
  "dist/package/engine.wasm": 24,
  "dist/package/label-worker.js": 4,
  "dist/package/label.js": 256,
  "dist/package/model.d.ts": 8,
  "dist/package/model.js": 400,
  "dist/package/problem-error.js": 1,
  "dist/package/serve-thread.js": 640,
  "dist/package/serve.js": 45,
  "dist/package/tokenizer.d.ts": 8,
  "dist/package/tokenizer.js": 80,
  "dist/package/types/problem-error.d.ts": 16,
  "dist/package/worker.d.ts": 8,
  "dist/package/worker.js": 700,
  "package.json": 6,
};

test("npm publish lists what is meant, no file larger than it need be", async () => {
  const { stdout } = await run("npm", ["publish", "--dry-run", "--json", "--ignore-scripts"]);
  const told = JSON.parse(stdout);
  const { files } = (told.files ? told : Object.values(told)[0]) as { files: { path: string; size: number }[] };
  expect(files.map(({ path }) => path).sort()).toEqual(Object.keys(FILES).sort());
  for (const { path, size } of files) expect(size, path).toBeLessThan((FILES[path] as number) * 1024);
  expect((await stat(inject("tarball"))).size).toBeLessThan(700 * 1024);
});

test("it depends on nothing, and a client is small on the wire", async () => {
  const { dependencies, peerDependenciesMeta } = JSON.parse(await readFile(join(installed, "package.json"), "utf8"));
  expect([dependencies, peerDependenciesMeta]).toEqual([undefined, { hono: { optional: true } }]);
  expect(gzipSync(await readFile(join(installed, "dist/package/client.js"))).length).toBeLessThan(3_000);
  for (const part of ["client", "tokenizer", "model", "problem-error"]) {
    const code = await readFile(join(installed, `dist/package/${part}.js`), "utf8");
    const imported = ts.preProcessFile(code).importedFiles.map(({ fileName }) => fileName);
    expect(
      imported.filter((name) => name !== "./problem-error.js"),
      part,
    ).toEqual([]);
  }
});

test("publint finds nothing", async () => {
  const { messages } = await publint({ pkgDir: installed, strict: true });
  expect(messages).toEqual([]);
});

test("attw finds nothing wrong with the types", async () => {
  const found = await checkPackage(createPackageFromTarballData(await readFile(inject("tarball"))));
  if (!found.types) return expect.unreachable("the package has types");
  // The package is of ES modules alone, with a map of exports, which Node 10 and `require` before Node 22 do not know.
  const known = new Set(["node10", "node16-cjs"]);
  const problems = found.problems.filter(
    (problem) => !("resolutionKind" in problem && known.has(problem.resolutionKind)),
  );
  expect(problems).toEqual([]);
});

const CONSUMER = `
import { type Bertweet, type Classification, createClient, type Problem, problemOf } from "bertweet-edge/client";
import { loadModel } from "bertweet-edge/model";
import { fromFiles } from "bertweet-edge/tokenizer";

const client = createClient("https://tweets.example", { retries: 1 });
const { scores }: Classification = await client.predict("sentiment", "hi", { signal: AbortSignal.timeout(1) });
const first: { label: string; score: number } | undefined = scores[0];
const { entities } = await client.predict("ner", "hi", { scheme: "wnut17" });
const place: number | undefined = entities[0]?.start;
const [tagged] = await client.predict("pos", ["hi", { tokens: ["hi"] }]);
const tag: string | undefined = tagged?.words[0]?.tag;
const { results } = await client.analyze("hi", { tasks: ["irony", "ner/wnut17"] });
const both: [string, number] = [results.irony.label, results["ner/wnut17"].entities.length];
for await (const answer of client.stream("fill-mask", ["a <mask>"])) if ("masks" in answer) console.log(answer.masks);
const anywhere: Bertweet[] = [client, await loadModel(new URL("https://tweets.example/model"))];
const effect: number | undefined = (await client.explain("irony", "hi")).words[0]?.effect;
const problem: Problem | undefined = problemOf(new Error("x"));
const ids: Int32Array = fromFiles({ vocab: "", codes: "" }).encode("hi").ids;
console.log(first, place, tag, both, effect, anywhere, problem, ids);

// @ts-expect-error a classification has no entities
(await client.predict("sentiment", "hi")).entities;
// @ts-expect-error there is no such option
client.predict("sentiment", "hi", { topk: 1 });
// @ts-expect-error a task that is not known answers any of several kinds
(await client.predict("mine" as string, "hi")).scores;
// @ts-expect-error what was not asked is not answered
results.hate;
`;

const WORKER = `
import { Hono } from "hono";
import { BertweetEdge, bertweetEdge, type BertweetEnv } from "bertweet-edge/worker";

const app = new Hono<{ Bindings: BertweetEnv & { MINE: string } }>();
app.get("/mine", (c) => c.text(c.env.MINE));
app.route("/tweets", bertweetEdge());
export default app;
export { BertweetEdge };

export const call = async (env: { BERTWEET: Service<typeof BertweetEdge> }) => env.BERTWEET.tokenize("hi");
`;

test.each([
  ["nodenext, with nothing but the DOM's types", CONSUMER, "nodenext", "nodenext", []],
  ["bundler", CONSUMER, "bundler", "esnext", []],
  ["a Worker", WORKER, "bundler", "esnext", ["@cloudflare/workers-types"]],
])("its types hold for %s", { timeout: 120_000 }, async (_, code, moduleResolution, module, types) => {
  const path = join(project, "consumer.ts");
  await writeFile(path, code);
  const lib =
    types.length > 0 ? ["lib.es2022.d.ts"] : ["lib.es2022.d.ts", "lib.dom.d.ts", "lib.dom.asynciterable.d.ts"];
  const settings = {
    moduleResolution,
    module,
    types,
    target: "es2022",
    strict: true,
    exactOptionalPropertyTypes: true,
  };
  const { options } = ts.convertCompilerOptionsFromJson({ ...settings, noEmit: true }, project);
  const program = ts.createProgram([path], { ...options, lib, skipLibCheck: types.length > 0 });
  const found = ts
    .getPreEmitDiagnostics(program)
    .map(({ messageText, file }) => `${file?.fileName}: ${ts.flattenDiagnosticMessageText(messageText, "\n")}`);
  expect(found).toEqual([]);
});
