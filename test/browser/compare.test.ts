import { expect, test } from "vitest";
import { cosine } from "../../src/playground/similarity.ts";
import { startService } from "../integration/service.ts";
import { overflow, startBrowser } from "./chromium.ts";

const service = startService({ seeded: true });
const open = startBrowser();

const [TEXT, OTHER] = ["good morning everyone", "good night, all of you"] as const;

/** The cosine of two tweets' vectors, as the service itself gives them. */
async function cosineOf(text: string, other: string): Promise<string> {
  const response = await service.post("/v1/embed", { texts: [text, other] });
  const { results } = (await response.json()) as { results: { embedding: number[] }[] };
  return cosine(results[0]?.embedding ?? [], results[1]?.embedding ?? []).toFixed(2);
}

test("two tweets are compared by the vectors of the service, beside a yardstick", async () => {
  const { page, complaints } = await open(service.url("/"));
  await page.getByRole("link", { name: "Compare two" }).click();
  await page.locator(".cosine").waitFor();
  await page.getByLabel("First tweet").fill(TEXT);
  await page.getByLabel("Second tweet").fill(OTHER);
  const expected = await cosineOf(TEXT, OTHER);
  await page.locator("#compare-status", { hasText: `Similarity ${expected}` }).waitFor();
  expect(await page.locator(".cosine").textContent()).toBe(expected);
  const rows = page.locator(".yardstick .bar");
  expect(await rows.count()).toBe(6);
  const numbers = (await rows.locator(".share").allTextContents()).map(Number);
  expect(numbers).toEqual(numbers.toSorted((a, b) => b - a));
  expect(await rows.filter({ hasText: "The second tweet" }).locator(".share").textContent()).toBe(expected);
  expect(await page.locator("#compare .command code").textContent()).toContain("/v1/embed");
  expect(complaints).toEqual([]);
});

test("a link holds both tweets", async () => {
  const link = new URLSearchParams({ view: "compare", text: TEXT, other: OTHER });
  const { page } = await open(service.url(`/#${link}`));
  await page.locator("#compare-status", { hasText: await cosineOf(TEXT, OTHER) }).waitFor();
  expect(await page.getByLabel("First tweet").inputValue()).toBe(TEXT);
  expect(await page.getByLabel("Second tweet").inputValue()).toBe(OTHER);
  expect(await page.locator("#one").isVisible()).toBe(false);
});

test("one tweet alone is nothing to compare", async () => {
  const { page } = await open(service.url("/#view=compare"));
  await page.locator(".cosine").waitFor();
  await page.getByLabel("Second tweet").fill("");
  await page.locator("#compare-status", { hasText: "Enter two tweets" }).waitFor();
  expect(await page.locator("#compare-results").textContent()).toBe("");
});

test("says so where a tweet is not English, and fits a phone", async () => {
  const link = new URLSearchParams({ view: "compare", text: TEXT, other: "今日は本当にいい天気ですね" });
  const { page } = await open(service.url(`/#${link}`), { viewport: { width: 360, height: 740 } });
  await page.locator("#compare .note h2", { hasText: "English" }).waitFor();
  expect(await overflow(page)).toBe(0);
});
