import { existsSync } from "node:fs";
import { mkdir, rename, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
import { inflate } from "@sparticuz/chromium";

/** `npm ci` empties this folder, so it never holds a browser of another version. */
const HOME = resolve("node_modules/.cache/chromium");

/** The browser, a font, and libraries that the browser needs. A machine without a desktop may lack these libraries. */
const PARTS = ["chromium.br", "fonts.tar.br", "al2023.tar.br"];

/**
 * Unpacks Chromium from its npm package. The first call takes some seconds.
 *
 * @returns the executable, and environment variables with which it finds its libraries and its font
 */
export async function unpackChromium(): Promise<{ executablePath: string; env: Record<string, string | undefined> }> {
  if (!existsSync(HOME)) {
    const unfinished = `${HOME}.${process.pid}`;
    await mkdir(unfinished, { recursive: true });
    await inflateInto(unfinished);
    await writeFile(join(unfinished, "fonts.conf"), fontSettings());
    await rename(unfinished, HOME).catch(async (error) => {
      if (!existsSync(HOME)) throw error;
      await rm(unfinished, { recursive: true }); // another process was quicker
    });
  }
  const env = {
    ...process.env,
    LD_LIBRARY_PATH: join(HOME, "al2023/lib"),
    FONTCONFIG_FILE: join(HOME, "fonts.conf"),
  };
  return { executablePath: join(HOME, "chromium"), env };
}

/** The package always unpacks into the system's temporary folder. So that folder is changed during the call. */
async function inflateInto(folder: string): Promise<void> {
  const bin = join(dirname(createRequire(import.meta.url).resolve("@sparticuz/chromium")), "../bin");
  const { TMPDIR } = process.env;
  process.env.TMPDIR = folder;
  await Promise.all(PARTS.map((part) => inflate(join(bin, part))));
  if (TMPDIR === undefined) delete process.env.TMPDIR;
  else process.env.TMPDIR = TMPDIR;
}

/** The package's own font settings work for one folder only. These settings allow no other font, so pages look the same on every machine. */
function fontSettings(): string {
  return `<?xml version="1.0"?>
<fontconfig>
  <dir>${join(HOME, "fonts")}</dir>
  <cachedir>${join(HOME, "font-cache")}</cachedir>
</fontconfig>
`;
}
