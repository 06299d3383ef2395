/**
 * `npm run screenshot` writes docs/playground-light.png and docs/playground-dark.png, the README's pictures of the playground. It
 * runs the Worker with its own bucket, and uses the tests' Chromium, so every machine draws the same page.
 */
import { readFile, writeFile } from "node:fs/promises";
import type { R2Bucket } from "@cloudflare/workers-types";
import type { Browser, Page } from "playwright-core";
import { runCommand } from "./lib/command.ts";

const help = `Writes docs/playground-light.png and docs/playground-dark.png.

  npm run screenshot

  --help            print this
`;

const VIEWPORT = { width: 1280, height: 940 };

/** Maximum size of a picture, so that the README loads quickly. */
const MOST_BYTES = 200_000;

/** Noto Color Emoji (scripts/lib/emoji_font/LICENSE), cut down to the emoji that the playground's examples and labels have. */
const EMOJI_FONT = "scripts/lib/emoji_font/noto-color-emoji.woff2";

await runCommand({ help, options: {}, allowPositionals: false }, takePictures);

async function takePictures(): Promise<void> {
  const { createTestHarness } = await import("wrangler"); // takes seconds, which --help does not need
  const { launchChromium } = await import("./lib/chromium.ts");
  const { seed } = await import("./seed.ts");
  const server = createTestHarness({ workers: [{ configPath: "wrangler.toml" }] });
  const { url } = await server.listen();
  await seed((await server.getWorker<{ MODELS: R2Bucket }>().getEnv()).MODELS, "models/bertweet-mini");
  const browser = await launchChromium();
  for (const colorScheme of ["light", "dark"] as const) {
    const picture = await takePicture(browser, url.href, colorScheme);
    if (picture.length > MOST_BYTES) throw new Error(`The ${colorScheme} picture has ${picture.length} bytes.`);
    const path = `docs/playground-${colorScheme}.png`;
    await writeFile(path, picture);
    console.log(`${path}  ${picture.length} bytes`);
  }
  await browser.close();
  await server.close();
}

/** The playground with its first example answered, as PNG. */
async function takePicture(browser: Browser, url: string, colorScheme: "light" | "dark"): Promise<Buffer> {
  const page = await browser.newPage({ viewport: VIEWPORT, colorScheme, bypassCSP: true });
  await page.goto(url);
  await answered(page);
  await page.reload(); // the first answer's time includes loading the model
  const font = `data:font/woff2;base64,${(await readFile(EMOJI_FONT)).toString("base64")}`;
  await page.addStyleTag({
    content: `@font-face { font-family: emoji; src: url(${font}); } :root { --sans: "Open Sans", emoji; }`,
  });
  await answered(page);
  await page.evaluate("document.fonts.ready");
  const picture = await page.screenshot({ animations: "disabled" });
  await page.close();
  return picture;
}

function answered(page: Page): Promise<void> {
  return page.locator("#results[aria-busy=false] .verdict").first().waitFor();
}
