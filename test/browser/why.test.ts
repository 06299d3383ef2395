import { expect, test } from "vitest";
import { startService } from "../integration/service.ts";
import { answered, startBrowser } from "./chromium.ts";

const service = startService({ seeded: true });
const open = startBrowser();

const TWEET = "I love this song, but  the video is terrible 😀";

interface Explanation {
  label: string;
  words: { text: string; effect: number }[];
}

async function openAbout(text: string) {
  const opened = await open(service.url(`/#${new URLSearchParams({ text })}`));
  await answered(opened.page);
  return opened;
}

test("words are shaded by how much they speak for the label, in the tweet as sent", async () => {
  const { page, complaints } = await openAbout(TWEET);
  await page.locator(".why-tasks button", { hasText: "sentiment" }).click();
  await page.locator(".why .tweet").waitFor();
  const response = await service.get(`/v1/sentiment/explain?${new URLSearchParams({ text: TWEET })}`);
  const { label, words } = (await response.json()) as Explanation;
  const shaded = words.filter(({ effect }) => Math.abs(effect) >= 0.002);
  expect(shaded.map(({ text }) => text)).toContain("terrible");
  const marks = page.locator(".why mark");
  expect(await marks.evaluateAll((all) => all.map((mark) => [mark.firstChild?.textContent, mark.className]))).toEqual(
    shaded.map(({ text, effect }) => [text, effect > 0 ? "speaks-for" : "speaks-against"]),
  );
  expect(await page.locator(".why .none").textContent()).toContain(`“${label}”`);
  await marks.locator("small").evaluateAll((numbers) => numbers.map((number) => number.remove()));
  expect(await page.locator(".why .tweet").textContent()).toBe(TWEET);
  expect(complaints).toEqual([]);
});

test("a text of too many words gets the service's reason", async () => {
  const { page } = await openAbout("so ".repeat(70).trim());
  await page.locator(".why-tasks button", { hasText: "irony" }).click();
  await page.locator(".why .problem").waitFor();
  expect(await page.locator(".why .problem-type").textContent()).toBe("422 /problems/too-many-words");
  expect(await page.locator(".why .problem").textContent()).toContain("an explanation may have 64");
});
