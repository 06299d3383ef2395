import { expect, test } from "vitest";
import { startService } from "../integration/service.ts";
import { startBrowser } from "./chromium.ts";

const service = startService({ seeded: true });
const open = startBrowser();

test("asks the service from the page, within its policy", async () => {
  const { page, complaints } = await open(service.url("/docs"));
  const operation = page.locator(".opblock-get", { hasText: "/healthz" });
  await operation.locator(".opblock-summary-control").click();
  await operation.getByRole("button", { name: "Try it out" }).click();
  await operation.getByRole("button", { name: "Execute" }).click();
  await operation.locator(".live-responses-table .response-col_status", { hasText: "200" }).waitFor();
  expect(complaints).toEqual([]);
});

test("follows a dark screen", async () => {
  const { page, complaints } = await open(service.url("/docs"), { colorScheme: "dark" });
  await page.locator(".opblock").first().waitFor();
  const paper = "getComputedStyle(document.querySelector('.swagger-ui')).backgroundColor";
  expect(await page.evaluate<string>(paper)).toMatch(/^oklch\(0\.1/);
  expect(complaints).toEqual([]);
});

test("tells each of the many problems in a line, and their shape when asked to", async () => {
  const { page, complaints } = await open(service.url("/docs"), { viewport: { width: 1280, height: 900 } });
  const operation = page.locator(".opblock-post", { has: page.locator('[data-path="/v1/analyze"]') });
  await operation.locator(".opblock-summary-control").click();
  const short = operation.locator("tr.short");
  await short.first().waitFor();
  expect(await short.count()).toBeGreaterThan(5);
  expect(await operation.locator("pre.microlight").count()).toBe(2); // the request's example and the answer's
  expect((await operation.boundingBox())?.height).toBeLessThan(2_100);
  await short.first().getByRole("button", { name: "Show the shape of 400" }).click();
  await operation.locator(".response:not(.short)", { hasText: "/problems/" }).waitFor();
  expect(complaints).toEqual([]);
});
