import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { startService } from "../integration/service.ts";
import { answered, startBrowser } from "./chromium.ts";

const KEY = "key-that-opens";

const service = startService({
  seeded: true,
  vars: { AUTH: "on" },
  secrets: { API_KEY_HASHES: createHash("sha256").update(KEY).digest("hex") },
});
const open = startBrowser();

test("asks for a key where the service wants one, and keeps it for the tab alone", async () => {
  const { page } = await open(service.url("/"));
  const field = page.getByLabel("Sent as a bearer token");
  await field.waitFor();
  expect(await page.locator(".problem-type").textContent()).toContain("401");
  await field.fill(KEY);
  await field.press("Tab");
  await answered(page);
  expect(await page.getByRole("link", { name: "Jobs" }).count()).toBe(0); // the service has none
  expect(await page.locator(".command code").textContent()).not.toContain(KEY);
  await page.reload();
  await answered(page);
  expect(await page.evaluate<number>("localStorage.length")).toBe(0);
  expect(await page.context().cookies()).toEqual([]);
});
