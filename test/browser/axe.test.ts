import type { Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import { startService } from "../integration/service.ts";
import { answered, dimmed, startBrowser, violations } from "./chromium.ts";

const service = startService({ seeded: true });
const open = startBrowser();

const LONG = "I went into this film with no expectations at all. ".repeat(13);

/** The states of both pages: where each is, and how to get there. */
const STATES: Record<string, [path: string, reach: (page: Page) => Promise<void>]> = {
  "one tweet": [
    "/",
    async (page) => {
      await answered(page);
      for (const details of ["#access", "#ner-glossary", "#pos-glossary"])
        await page.locator(`${details} summary`).click();
      await page.locator(".why-tasks button").first().click();
      await page.locator(".why .tweet").waitFor();
    },
  ],
  "a long text with a mask": [`/#${new URLSearchParams({ text: `<mask> ${LONG}` })}`, answered],
  "a text in another language": [`/#${new URLSearchParams({ text: "今日は本当にいい天気ですね" })}`, answered],
  "a slow answer": [
    "/",
    async (page) => {
      await answered(page);
      await page.route("**/v1/analyze*", () => {});
      await page.locator("#text").fill("so slow");
      await dimmed(page);
    },
  ],
  "a problem": [
    "/",
    async (page) => {
      await page.locator("#text").fill("word ".repeat(4_001));
      await page.locator("#problem .problem").waitFor();
    },
  ],
  "two tweets compared": ["/#view=compare", (page) => page.locator(".cosine").waitFor()],
  "a labelled list": [
    "/#view=list",
    async (page) => {
      await page.getByLabel("Tweets, one per line").fill("so happy\nso sad\n".repeat(8));
      await page.locator("#list-start:enabled").click();
      await page.locator("#list-status", { hasText: "16 of 16" }).waitFor();
    },
  ],
  "the reference": ["/docs", (page) => page.locator(".opblock").first().waitFor()],
  "the reference, unfolded": [
    "/docs",
    async (page) => {
      for (const index of [0, 1]) await page.locator(".opblock-summary-control").nth(index).click();
      await page.locator(".models-control").click();
      await page.locator(".shape").first().click();
      await page.locator(".try-out__btn").first().click();
      await page.locator(".execute").first().click();
      await page.locator(".live-responses-table").waitFor();
    },
  ],
};

describe("axe finds nothing wrong, light and dark, with", () => {
  test.each(Object.entries(STATES))("%s", async (_, [path, reach]) => {
    const { page } = await open(service.url(path));
    await reach(page);
    expect(await violations(page)).toEqual([]);
  });
});
