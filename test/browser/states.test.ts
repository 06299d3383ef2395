import type { Page, Route } from "playwright-core";
import { describe, expect, test } from "vitest";
import { MAX_TEXT_UTF16_UNITS } from "../../src/limits.ts";
import { startService } from "../integration/service.ts";
import { answered, dimmed, isInSight, startBrowser } from "./chromium.ts";

const service = startService({ seeded: true });
const open = startBrowser();

/** Holds back every request for an analysis until the returned function is called. */
async function holdBack(page: Page): Promise<() => void> {
  let release: () => void = () => {};
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  await page.route("**/v1/analyze*", async (route) => {
    await released;
    await route.continue();
  });
  return release;
}

/** Refuses the first request for an analysis like a busy service. The next requests reach the service. */
function refuseOnce(headers: Record<string, string>): { refusals: number; handle: (route: Route) => Promise<void> } {
  const seen = {
    refusals: 0,
    async handle(route: Route) {
      if (seen.refusals > 0) return route.continue();
      seen.refusals++;
      const body = {
        type: "/problems/overloaded",
        title: "The service is busy",
        status: 503,
        detail: "Try again after the seconds in Retry-After.",
      };
      await route.fulfill({
        status: 503,
        headers: { "Content-Type": "application/problem+json", ...headers },
        body: JSON.stringify(body),
      });
    },
  };
  return seen;
}

describe("while an answer is under way", () => {
  test("the first load shows the headings of what will come", async () => {
    let release = () => {};
    const { page } = await open(service.url("/"), {}, async (page) => {
      release = await holdBack(page);
    });
    await page.locator(".ghost").first().waitFor();
    expect(await page.locator("#results .heading").allTextContents()).toContain("Labels");
    expect(await page.locator("#status").textContent()).toBe("Working…");
    release();
    await answered(page);
    expect(await page.locator(".ghost").count()).toBe(0);
  });

  test("the old answers stay, dimmed, and their time does not", async () => {
    const { page } = await open(service.url("/"));
    await answered(page);
    expect(await page.locator("#status").textContent()).toContain("Answered in");
    const release = await holdBack(page);
    await page.locator("#text").fill("so slow today");
    const busy = page.locator("#results[aria-busy=true]");
    await busy.waitFor();
    expect(await page.locator("#status").textContent()).toBe("Working…");
    expect(await busy.locator(".verdict").count()).toBeGreaterThan(0);
    await dimmed(page);
    release();
    await page.locator(".normalized", { hasText: "so slow today" }).waitFor();
    expect(await page.locator("#status").textContent()).toContain("Answered in");
  });

  test.each([390, 1280])("nothing above the answers moves, %i pixels wide", async (width) => {
    const { page } = await open(service.url("/"), { viewport: { width, height: 844 } });
    await answered(page);
    const top = () => page.evaluate<number>("document.querySelector('#results').getBoundingClientRect().top");
    const before = await top();
    const release = await holdBack(page);
    await page.locator("#text").fill("so slow today");
    await page.locator("#results[aria-busy=true]").waitFor();
    expect(await top()).toBe(before);
    release();
    await answered(page);
    expect(await top()).toBe(before);
  });
});

describe("problems", () => {
  test("after a busy service's Retry-After the page retries, and until then it shows the problem", async () => {
    const busy = refuseOnce({ "Retry-After": "1" });
    const { page } = await open(service.url("/"), {}, (page) => page.route("**/v1/analyze*", busy.handle));
    const problem = page.getByRole("alert").filter({ visible: true });
    await problem.getByText("The service is busy").waitFor();
    expect(await problem.textContent()).toContain("Try again after the seconds in Retry-After.");
    expect(await problem.textContent()).toContain("The page retries in 1 s.");
    await page.locator("#results .verdict").first().waitFor();
    await answered(page);
    expect(busy.refusals).toBe(1);
  });

  test("without Retry-After the page does not retry", async () => {
    const busy = refuseOnce({});
    const { page } = await open(service.url("/"), {}, (page) => page.route("**/v1/analyze*", busy.handle));
    await page.locator("#results[aria-busy=false]").waitFor({ state: "attached" });
    await page.locator("#problem h2").waitFor();
    const asked: string[] = [];
    page.on("request", (request) => asked.push(request.url()));
    await page.waitForTimeout(1_500);
    expect(asked).toEqual([]);
    expect(await page.locator("#status").textContent()).toBe("The service is busy");
  });

  test.each([
    { width: 390, height: 740 },
    { width: 1280, height: 720 },
  ])("a text over the limit has its error in sight, $width x $height", async (viewport) => {
    const { page } = await open(service.url("/"), { viewport });
    await answered(page);
    await page.locator("#text").fill("word ".repeat(MAX_TEXT_UTF16_UNITS / 5 + 1));
    await page.locator(".problem-type", { hasText: "text-too-long" }).waitFor();
    expect(await isInSight(page, "#problem .problem")).toBe(true);
    expect(await page.locator("#text").getAttribute("aria-invalid")).toBe("true");
    expect(await page.locator("#count").textContent()).toBe("20,005 of 20,000 characters");
    await page.locator("#text").fill("fine again");
    await answered(page);
    expect(await page.locator("#text").getAttribute("aria-invalid")).toBe("false");
  });
});

test("one focus ring, around the whole field, which cuts through no label", async () => {
  const { page } = await open(service.url("/"));
  await answered(page);
  await page.locator("#text").focus();
  const style = (selector: string) =>
    page.evaluate<string>(`getComputedStyle(document.querySelector("${selector}")).outlineStyle`);
  expect(await style("#text")).toBe("none");
  expect(await style("#one .field")).toBe("solid");
  await page.locator("#clear").focus();
  expect(await style("#one .field")).toBe("none");
});
