import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { beforeAll, expect, test } from "vitest";
import { KEY, startJobs } from "../jobs/service.ts";
import { startBrowser, violations } from "./chromium.ts";

beforeAll(async () => {
  await promisify(execFile)("node", ["scripts/build_assets.ts"]);
});
const service = startJobs({ pages: true });
const open = startBrowser();

test("the playground links to the jobs, and a job is shown while it runs, and as it has ended", async () => {
  await service.jobs.put("page.txt", Array.from({ length: 1_500 }, (_, at) => `off to Berlin ${at}\n`).join(""));
  const { id } = await service.jobs.submit({
    input: "r2://tweets/page.txt",
    output: "r2://labels/",
    tasks: ["sentiment"],
  });
  const { page: playground } = await open(service.url("/"));
  const link = playground.getByRole("link", { name: "Jobs" });
  expect(await link.count()).toBe(0); // without a key nobody is told
  await playground.getByLabel("Sent as a bearer token").fill(KEY);
  await playground.getByLabel("Sent as a bearer token").press("Tab");
  await link.waitFor();
  expect(await link.getAttribute("href")).toBe("/jobs");

  const { page, complaints } = await open(service.url("/jobs"));
  await expect.poll(() => page.locator("#problem").textContent()).toContain("401");
  await page.getByLabel("Access key").fill(KEY);
  await page.getByLabel("Access key").press("Tab");
  await page.getByRole("link", { name: id }).click();
  const fact = (name: string) => page.locator(`dt:text-is("${name}") + dd`).textContent();
  await page.locator("#cancel").waitFor(); // it runs
  await expect.poll(() => fact("State"), { timeout: 60_000 }).toBe("finished");
  expect(await fact("Lines")).toBe("1,500");
  expect(await fact("Chunks")).toBe("1 of 1");
  expect(await page.locator("#bar").evaluate((bar) => (bar as unknown as { value: number }).value)).toBe(1);
  expect(await violations(page)).toEqual([]);
  expect(complaints.filter((each) => !each.includes("401"))).toEqual([]);
});
