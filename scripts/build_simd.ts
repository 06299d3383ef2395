/**
 * Compiles the engine's AssemblyScript (src/runtime/simd/assembly) to src/runtime/simd/engine.wasm, and to engine.plain.wasm for runtimes
 * without relaxed SIMD, such as Node 20. Compiles the bench's roofline in the same way. The same source and the same AssemblyScript
 * release give the same bytes; a test compares them.
 */
import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { runCommand } from "./lib/command.ts";

const root = join(import.meta.dirname, "..");

interface WasmModule {
  /** The folder that has `index.ts`. */
  source: string;
  wasm: string;
  /** What the module may use of WebAssembly. */
  features: string;
}

const ENGINE = "src/runtime/simd";
const RELAXED = "simd,relaxed-simd";

export const MODULES: readonly WasmModule[] = [
  { source: `${ENGINE}/assembly`, wasm: `${ENGINE}/engine.wasm`, features: RELAXED },
  { source: `${ENGINE}/assembly`, wasm: `${ENGINE}/engine.plain.wasm`, features: "simd" },
  { source: "scripts/bench/roofline", wasm: "scripts/bench/roofline/roofline.wasm", features: RELAXED },
];

/** No package of package.json: it brings 100 MB of Binaryen, and only those who change a kernel need it. npm keeps it in its cache. */
const COMPILER = "assemblyscript@0.28.20";

// No runtime and no memory of its own: the caller makes a memory of the exact size. No branch checks an assertion. The memory has a page
// at least. Otherwise V8 in workerd, which checks the bounds of every access, first checks that the access's constant offset is in memory.
const CODE = ["-O3", "--converge", "--noAssert", "--runtime", "stub"];
const OPTIONS = [...CODE, "--importMemory", "--noExportMemory", "--initialMemory", "1"];

/** The bytes of a module. @throws Error with the compiler's messages */
export async function buildModule({ source, features }: WasmModule): Promise<Uint8Array> {
  const folder = await mkdtemp(join(tmpdir(), "bertweet-engine-"));
  const outFile = join(folder, "engine.wasm"); // all have the same name for the compiler
  const compile = ["asc", `${source}/index.ts`, ...OPTIONS, "--enable", features];
  try {
    const npm = ["exec", "--yes", `--package=${COMPILER}`, "--", ...compile, "--outFile", outFile];
    await promisify(execFile)("npm", npm, { cwd: root });
    return await readFile(outFile);
  } finally {
    await rm(folder, { recursive: true });
  }
}

const help = `Compiles AssemblyScript to WebAssembly.

  npm run build:simd

  --help            print this

${MODULES.map(({ source, wasm }) => `  ${source} -> ${wasm}`).join("\n")}

The first run downloads the compiler, ${COMPILER}, into npm's cache.
`;

if (import.meta.main) {
  await runCommand({ help, options: {}, allowPositionals: false }, async () => {
    for (const module of MODULES) {
      const bytes = await buildModule(module);
      await writeFile(join(root, module.wasm), bytes);
      console.log(`${module.wasm}: ${bytes.length.toLocaleString("en")} bytes`);
    }
  });
}
