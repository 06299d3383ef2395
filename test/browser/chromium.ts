import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { afterAll, beforeAll, expect } from "vitest";
import { launchChromium } from "../../scripts/lib/chromium.ts";

/** How long a test waits for the page. The first answer includes loading the model. */
const ACTION_LIMIT_MS = 30_000;

/** A real Chromium. The test file starts and closes it. */
export function startBrowser() {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchChromium();
  });
  afterAll(() => browser.close());

  /**
   * A page at `url` in a profile of its own, and all that it complained of: script errors, refused loads, its policy. `prepare` is
   * called before the page is asked for.
   */
  return async function open(
    url: string,
    options: BrowserContextOptions = {},
    prepare?: (page: Page) => Promise<unknown>,
  ) {
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
    await prepare?.(page);
    await page.goto(url);
    return { page, complaints };
  };
}

/** Waits until the old answers are dimmed, as they are while new ones are on their way. */
export async function dimmed(page: Page): Promise<void> {
  const filter = () => page.evaluate<string>("getComputedStyle(document.querySelector('#results')).filter");
  await expect.poll(filter).toBe("grayscale(1)");
}

/** How far the page can be scrolled sideways, in CSS pixels. */
export function overflow(page: Page): Promise<number> {
  return page.evaluate<number>("document.documentElement.scrollWidth - innerWidth");
}

/** Waits until the page shows the answer to its last question. */
export async function answered(page: Page): Promise<void> {
  await page.locator("#results[aria-busy=false] .section").first().waitFor();
  expect(await page.locator("#problem").textContent()).toBe("");
}

/** Waits until all CSS transitions and animations have ended. */
async function settled(page: Page): Promise<void> {
  await page.evaluate("new Promise((frame) => requestAnimationFrame(() => requestAnimationFrame(frame)))");
  await expect.poll(() => page.evaluate<number>("document.getAnimations().length")).toBe(0);
}

/** Whether an element lies in what is seen of the page, from its top to its bottom. */
export function isInSight(page: Page, selector: string): Promise<boolean> {
  return page.evaluate<boolean>(`(() => {
    const { top, bottom, height } = document.querySelector(${JSON.stringify(selector)}).getBoundingClientRect();
    return height > 0 && top >= 0 && bottom <= innerHeight;
  })()`);
}

/**
 * What axe finds wrong with the page as it stands, in light and in dark: each rule with the first elements that break it. A dark page
 * differs in its colours alone, so those alone are looked at twice.
 */
export async function violations(page: Page): Promise<string[]> {
  await page.evaluate(await readFile(fileURLToPath(import.meta.resolve("axe-core/axe.min.js")), "utf8"));
  const run = async (options: object) => {
    await settled(page);
    const found = await page.evaluate<{ id: string; nodes: { html: string }[] }[]>(
      `axe.run(${JSON.stringify(options)}).then((result) => result.violations)`,
    );
    return found.map(
      ({ id, nodes }) =>
        `${id}: ${nodes
          .slice(0, 5)
          .map(({ html }) => html)
          .join(" ")}`,
    );
  };
  await page.emulateMedia({ colorScheme: "light", reducedMotion: "reduce" });
  const light = await run({});
  await page.emulateMedia({ colorScheme: "dark" });
  return [...light, ...(await run({ runOnly: ["color-contrast"] }))];
}
