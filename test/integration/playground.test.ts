import { expect, test } from "vitest";
import { answered, startBrowser } from "../browser/chromium.ts";
import { useService } from "./service.ts";

// `npm run test:browser` has all states of both pages.

const service = useService();
const open = startBrowser();

test("the playground answers a tweet, and complains of nothing", async () => {
  const text = "Off to Berlin with @anna 😍";
  const { page, complaints } = await open(service.url(`/#${new URLSearchParams({ text })}`));
  await answered(page);
  const answer = await service.get(`/v1/sentiment?${new URLSearchParams({ text })}`);
  const { label } = (await answer.json()) as { label: string };
  expect(await page.locator("[data-task=sentiment] .verdict-label").textContent()).toBe(label);
  expect(complaints).toEqual([]);
});

test("the reference shows every operation of the OpenAPI document", async () => {
  const { page, complaints } = await open(service.url("/docs"));
  await page.locator(".opblock").first().waitFor();
  const { paths } = (await (await service.get("/openapi.json")).json()) as { paths: Record<string, object> };
  const operations = Object.values(paths).flatMap((path) => Object.keys(path).filter((key) => key !== "parameters"));
  expect(await page.locator(".opblock").count()).toBe(operations.length);
  expect(complaints).toEqual([]);
});
