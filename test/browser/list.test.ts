import { readFile } from "node:fs/promises";
import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { startService } from "../integration/service.ts";
import { overflow, startBrowser } from "./chromium.ts";

const service = startService({ seeded: true });
const open = startBrowser();

const LINES = ["I love this so much", "", "worst service ever, never again", '@anna said "hi", then left'];

/** A page with the list's view, ready to label. */
async function openList(lines: string[], options?: Parameters<typeof open>[1]) {
  const opened = await open(service.url("/#view=list"), options);
  await opened.page.getByRole("checkbox", { name: "sentiment" }).waitFor();
  await opened.page.getByLabel("Tweets, one per line").fill(lines.join("\n"));
  return opened;
}

const start = (page: Page) => page.getByRole("button", { name: "Label the lines" }).click();

/** What the service itself says of a text. */
async function labelOf(task: string, text: string): Promise<{ label: string; score: number }> {
  return (await (await service.post(`/v1/${task}`, { text })).json()) as { label: string; score: number };
}

test("labels each line, and saves all of them as CSV", async () => {
  const { page, complaints } = await openList(LINES);
  await page.getByRole("checkbox", { name: "emotion" }).check();
  await start(page);
  await page.locator("#list-status", { hasText: "3 of 3 lines labelled" }).waitFor();
  expect(
    await page
      .locator("#list-progress")
      .evaluate<number, { value: number; max: number }>(({ value, max }) => value / max),
  ).toBe(1);
  const rows = page.locator(".lines tbody tr");
  expect(await rows.locator("th").allTextContents()).toEqual(["1", "3", "4"]); // as they stand in the list

  const downloading = page.waitForEvent("download");
  await page.getByRole("button", { name: "Save as CSV" }).click();
  const csv = await readFile(await (await downloading).path(), "utf8");
  const [head, first, , last] = csv.split("\r\n");
  expect(head).toBe("\uFEFFline,text,sentiment,sentiment_score,emotion,emotion_score,tokens,tokens_read");
  const [sentiment, emotion] = [await labelOf("sentiment", LINES[0] ?? ""), await labelOf("emotion", LINES[0] ?? "")];
  expect(first).toBe(`1,${LINES[0]},${sentiment.label},${sentiment.score},${emotion.label},${emotion.score},7,7`);
  expect(last).toMatch(/^4,"'@anna said ""hi"", then left",/);
  expect(complaints).toEqual([]);
});

test("asks for some lines at a time, and keeps its results when it is stopped", async () => {
  const { page } = await openList(Array.from({ length: 64 }, (_, index) => `tweet number ${index}`));
  let held = 0;
  await page.route("**/v1/analyze", async (route) => {
    held++;
    if (held === 1) await route.continue(); // the others wait for ever
  });
  await start(page);
  await page.locator("#list-status", { hasText: "16 of 64 lines labelled" }).waitFor();
  await page.getByRole("button", { name: "Cancel" }).click();
  await page.locator("#list-status", { hasText: "Stopped after 16 of 64 lines" }).waitFor();
  expect(held).toBe(2);
  expect(await page.locator(".lines tbody tr").count()).toBe(16);
  expect(await page.getByRole("button", { name: "Label the lines" }).isEnabled()).toBe(true);
});

test("waits where the service says for how long, and goes on", async () => {
  const { page } = await openList(Array.from({ length: 20 }, (_, index) => `tweet number ${index}`));
  let asked = 0;
  await page.route("**/v1/analyze", async (route) => {
    asked++;
    if (asked !== 2) return route.continue();
    await route.fulfill({
      status: 429,
      headers: { "Content-Type": "application/problem+json", "Retry-After": "1" },
      body: JSON.stringify({ type: "/problems/rate-limited", title: "Too many requests", status: 429 }),
    });
  });
  await start(page);
  await page.locator("#list-problem", { hasText: "The page retries in 1 s." }).waitFor();
  await page.locator("#list-status", { hasText: "20 of 20 lines labelled" }).waitFor();
  expect(await page.locator("#list-problem").textContent()).toBe("");
  expect(asked).toBe(3);
});

test("takes a file that is dropped or chosen", async () => {
  const { page } = await openList([]);
  const file = { name: "tweets.txt", mimeType: "text/plain", buffer: Buffer.from("one\r\ntwo\r\n") };
  await page.locator("#list-file").setInputFiles(file);
  await page.locator("#list-status", { hasText: "2 lines" }).waitFor();
  await page.evaluate(`(() => {
    const dataTransfer = new DataTransfer();
    dataTransfer.items.add(new File(["three\\nfour\\nfive"], "more.txt", { type: "text/plain" }));
    document.querySelector("#lines").dispatchEvent(new DragEvent("drop", { dataTransfer, bubbles: true, cancelable: true }));
  })()`);
  await page.locator("#list-status", { hasText: "3 lines" }).waitFor();
  expect(await page.locator("#lines").inputValue()).toBe("three\nfour\nfive");
});

test("refuses what is too long, pasted or not, and says why", async () => {
  const permissions = ["clipboard-read", "clipboard-write"];
  const { page } = await openList(["fine", "x".repeat(20_001)], { permissions });
  const status = page.locator("#list-status");
  await status.filter({ hasText: "Line 2 has 20,001 characters. A text may have 20,000." }).waitFor();
  expect(await page.getByRole("button", { name: "Label the lines" }).isDisabled()).toBe(true);
  await page.evaluate("navigator.clipboard.writeText('x\\n'.repeat(5001))");
  await page.getByLabel("Tweets, one per line").press("Control+A");
  await page.getByLabel("Tweets, one per line").press("Control+V");
  await status.filter({ hasText: "The list has 5,001 lines. This page labels 5,000 at once." }).waitFor();
  await page.getByLabel("Tweets, one per line").fill("x");
  await page.locator("#list-start:enabled").waitFor();
  await page.getByRole("checkbox", { name: "sentiment" }).uncheck();
  expect(await page.getByRole("button", { name: "Label the lines" }).isDisabled()).toBe(true);
});

test("a phone shows the table without scrolling the page sideways", async () => {
  const { page } = await openList(LINES, { viewport: { width: 360, height: 740 } });
  await start(page);
  await page.locator("#list-status", { hasText: "3 of 3" }).waitFor();
  expect(await overflow(page)).toBe(0);
});
