/**
 * Compiles the engine's AssemblyScript (src/runtime/simd/assembly) to src/runtime/simd/engine.wasm. The same source and the
 * same AssemblyScript release give the same bytes; a test compares them.
 */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { runCommand } from "./lib/command.ts";

const root = join(import.meta.dirname, "..");
const FOLDER = "src/runtime/simd";

// No runtime and no memory of its own: the caller makes a memory of the exact size. No branch checks an assertion.
const OPTIONS = ["-O3", "--converge", "--noAssert", "--runtime", "stub", "--importMemory", "--noExportMemory"];

/** The bytes of `engine.wasm` from its source. @throws Error with the compiler's messages */
export async function buildEngine(): Promise<Uint8Array> {
  const { default: asc } = await import("assemblyscript/asc"); // takes seconds, which --help does not need
  const outFile = "engine.wasm";
  let wasm: Uint8Array | undefined;
  const { error, stderr } = await asc.main(
    [`${FOLDER}/assembly/index.ts`, ...OPTIONS, "--enable", "simd,relaxed-simd", "--outFile", outFile],
    {
      readFile: (name) => readFile(join(root, name), "utf8").catch(() => null),
      writeFile(name, contents) {
        if (name === outFile && typeof contents !== "string") wasm = contents;
      },
    },
  );
  if (error || !wasm) throw new Error(`The engine does not compile.\n${stderr.toString()}`, { cause: error });
  return wasm;
}

const help = `Compiles ${FOLDER}/assembly to ${FOLDER}/engine.wasm.

  npm run build:simd

  --help            print this
`;

if (import.meta.main) {
  await runCommand({ help, options: {}, allowPositionals: false }, async () => {
    const wasm = await buildEngine();
    await writeFile(join(root, FOLDER, "engine.wasm"), wasm);
    console.log(`${FOLDER}/engine.wasm: ${wasm.length.toLocaleString("en")} bytes`);
  });
}
