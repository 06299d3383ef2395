import { existsSync } from "node:fs";
import { mkdir, rename, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
import { inflate } from "@sparticuz/chromium";

/** `npm ci` empties it, so that it never holds the browser of another version. */
const HOME = resolve("node_modules/.cache/chromium");

/** The browser, a font, and the libraries that it links to and a machine without a desktop lacks. */
const PARTS = ["chromium.br", "fonts.tar.br", "al2023.tar.br"];

/**
 * Unpacks Chromium from its npm package, the first time in some seconds.
 *
 * @returns the executable and the environment that it finds its libraries and its font by
 */
export async function unpackChromium(): Promise<{ executablePath: string; env: Record<string, string | undefined> }> {
  if (!existsSync(HOME)) {
    const unfinished = `${HOME}.${process.pid}`;
    await mkdir(unfinished, { recursive: true });
    await inflateInto(unfinished);
    await writeFile(join(unfinished, "fonts.conf"), fontSettings());
    await rename(unfinished, HOME);
  }
  const env = {
    ...process.env,
    LD_LIBRARY_PATH: join(HOME, "al2023/lib"),
    FONTCONFIG_FILE: join(HOME, "fonts.conf"),
  };
  return { executablePath: join(HOME, "chromium"), env };
}

/** The package unpacks into the system's folder for temporary files and nowhere else, so that is moved meanwhile. */
async function inflateInto(folder: string): Promise<void> {
  const bin = join(dirname(createRequire(import.meta.url).resolve("@sparticuz/chromium")), "../bin");
  const { TMPDIR } = process.env;
  process.env.TMPDIR = folder;
  await Promise.all(PARTS.map((part) => inflate(join(bin, part))));
  if (TMPDIR === undefined) delete process.env.TMPDIR;
  else process.env.TMPDIR = TMPDIR;
}

/** The package's own settings hold for one folder only. None but its font is named: pages measure the same everywhere. */
function fontSettings(): string {
  return `<?xml version="1.0"?>
<fontconfig>
  <dir>${join(HOME, "fonts")}</dir>
  <cachedir>${join(HOME, "font-cache")}</cachedir>
</fontconfig>
`;
}
