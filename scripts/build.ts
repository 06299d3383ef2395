/**
 * Builds the npm package: ES modules and declaration files in dist/package. The parts share one small file, so whoever imports one loads nothing
 * of the others, and the package depends on nothing but Hono, where its app is mounted. The commands hold what they need, too, so that
 * whoever wants the client alone installs nothing else.
 */
import { chmod, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { type BuildOptions, build, type Metafile, type Plugin } from "esbuild";
import { runCommand } from "./lib/command.ts";
import { buildTypes } from "./lib/package_types.ts";
import { putFile } from "./lib/put_file.ts";

const ROOT = join(import.meta.dirname, "..");
export const TARGET = join(ROOT, "dist/package");

/** Sources by the name under which each part is imported. */
export const PARTS = {
  client: "src/client.ts",
  tokenizer: "src/packages/tokenizer.ts",
  model: "src/packages/model.ts",
  worker: "src/packages/worker.ts",
};

/** Sources of the command line, by the names of their files. Each command is a file beside `bin.js`, which imports it by its name. */
const COMMANDS = {
  bin: "scripts/bin.ts",
  label: "scripts/label.ts",
  "label-worker": "scripts/label/model_worker.ts",
  serve: "scripts/serve.ts",
  "serve-thread": "src/node/thread.ts",
};

type Part = keyof typeof PARTS | keyof typeof COMMANDS;

/** Other files in the place of some, by the ends of their paths. */
const replaced = (name: string, filter: RegExp, path: string): Plugin => ({
  name,
  setup: ({ onResolve }) => onResolve({ filter }, () => ({ path: join(ROOT, path) })),
});

/** The service is English: of zod's languages it needs one, as wrangler.toml says for the Worker. */
const oneLanguage = replaced("one-language", /^\.\.\/locales\/index\.js$/, "node_modules/zod/v4/locales/en.js");

const withoutOrt = replaced("without-ort", /\/ort\/module\.ts$/, "src/packages/no-ort.ts");

const withoutCopies = replaced("without-copies", /\/copies\.ts$/, "src/node/no-copies.ts");

/** `runtime/engines.ts` gets an engine that is compiled when a model is loaded. */
const laterEngine: Plugin = {
  name: "later-engine",
  setup: ({ onResolve }) =>
    onResolve({ filter: /engine\.wasm$/ }, ({ importer }) =>
      importer.includes("/packages/") ? undefined : { path: join(ROOT, "src/packages/engine.ts") },
    ),
};

/** wrangler compiles a module that is imported from a file beside. */
const fileBeside: Plugin = {
  name: "file-beside",
  setup: ({ onResolve }) => onResolve({ filter: /engine\.wasm$/ }, () => ({ path: "./engine.wasm", external: true })),
};

/** The parts share the class of their errors, so that `instanceof` holds whichever part threw. */
const SHARED = "problem-error";
const sharedErrors: Plugin = {
  name: "shared-errors",
  setup: ({ onResolve }) =>
    onResolve({ filter: /\/problem-error\.ts$/ }, ({ kind }) =>
      kind === "entry-point" ? undefined : { path: `./${SHARED}.js`, external: true },
    ),
};

/** Node's own modules are there; `node:` modules are the only imports. */
const forNode: BuildOptions = { platform: "node", target: "node20" };

const OPTIONS: Record<Part, BuildOptions> = {
  bin: forNode,
  label: forNode,
  // The package's own name leads to its model from where it is installed, and in the repository.
  "label-worker": { ...forNode, external: ["bertweet-edge/model"] },
  serve: forNode,
  "serve-thread": {
    ...forNode,
    plugins: [laterEngine, withoutOrt, withoutCopies, oneLanguage],
    loader: { ".wasm": "binary" },
    alias: { "cloudflare:workers": join(ROOT, "src/packages/platform.ts") },
    inject: [join(ROOT, "src/packages/platform.ts"), join(ROOT, "src/node/platform.ts")],
    define: {
      "crypto.DigestStream": "DigestStream",
      "crypto.subtle.timingSafeEqual": "timingSafeEqual",
      "Promise.withResolvers": "promiseWithResolvers",
      "scheduler.wait": "waitInNode",
      "caches.default": "answerCache",
    },
    keepNames: true, // the log tells an error by the name of its class
  },
  client: { platform: "neutral" },
  tokenizer: { platform: "neutral" },
  model: {
    platform: "browser",
    plugins: [laterEngine, withoutOrt, oneLanguage],
    loader: { ".wasm": "binary" },
    alias: { "cloudflare:workers": join(ROOT, "src/packages/platform.ts") },
    inject: [join(ROOT, "src/packages/platform.ts")],
    define: { "crypto.DigestStream": "DigestStream", "scheduler.wait": "wait", "caches.default": "emptyCache" },
  },
  worker: {
    platform: "neutral",
    mainFields: ["module", "main"],
    conditions: ["worker", "browser"],
    plugins: [fileBeside, withoutOrt, oneLanguage],
    external: ["hono", "hono/*", "cloudflare:workers"],
    keepNames: true, // the log tells an error by the name of its class
  },
};

/** Builds the JavaScript of each part and command. */
export async function buildCode(): Promise<void> {
  const metafiles: Metafile[] = [];
  const sources = { ...PARTS, ...COMMANDS, [SHARED]: "src/packages/problem-error.ts" };
  for (const [part, source] of Object.entries(sources)) {
    const { plugins = [], ...options } = OPTIONS[part as Part] ?? {};
    const { metafile, outputFiles } = await build({
      absWorkingDir: ROOT,
      entryPoints: [source],
      outfile: join(TARGET, `${part}.js`),
      bundle: true,
      minify: true,
      format: "esm",
      target: "es2022",
      legalComments: "none", // LICENSES.txt has them
      ...options,
      plugins: [sharedErrors, ...plugins],
      metafile: true,
      write: false,
    });
    metafiles.push(metafile);
    for (const { path, contents } of outputFiles) await putFile(path, contents);
  }
  await chmod(join(TARGET, "bin.js"), 0o755); // npm does the same when it installs
  await putFile(join(TARGET, "engine.wasm"), await readFile(join(ROOT, "src/runtime/simd/engine.wasm")));
  await putFile(join(TARGET, "LICENSES.txt"), Buffer.from(await licencesOf(metafiles)));
}

/** The licence of each package whose code is in the package. */
async function licencesOf(metafiles: readonly Metafile[]): Promise<string> {
  const inputs = metafiles.flatMap(({ inputs }) => Object.keys(inputs));
  const packages = new Set(inputs.flatMap((path) => /node_modules\/((@[^/]+\/)?[^/]+)/.exec(path)?.[1] ?? []));
  const read = async (name: string) => {
    const folder = join(ROOT, "node_modules", name);
    const { version, license } = JSON.parse(await readFile(join(folder, "package.json"), "utf8"));
    const texts = ["LICENSE", "LICENSE.md", "license"].map((file) => readFile(join(folder, file), "utf8"));
    return `${name} ${version} (${license})\n\n${await Promise.any(texts).catch(() => "")}`;
  };
  return (await Promise.all([...packages].sort().map(read))).join("\n\n---\n\n");
}

const help = `Builds the npm package into dist/package: code and types of its four parts, and its commands.

  npm run build

  --help            print this
`;

if (import.meta.main) {
  await runCommand({ help, options: {}, allowPositionals: false }, async () => {
    await rm(TARGET, { recursive: true, force: true });
    await buildCode();
    await buildTypes(ROOT, PARTS, TARGET);
  });
}
