import { describe, expect, test } from "vitest";
import { useService } from "../integration/service.ts";

const service = useService();

describe("pages", () => {
  test.each(["/", "/docs"])("%s comes with a policy that lets nothing in from outside or inline", async (path) => {
    const response = await service.get(path);
    expect(response.headers.get("Content-Type")).toBe("text/html; charset=utf-8");
    const policy = response.headers.get("Content-Security-Policy");
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toMatch(/unsafe|https?:|\*/);
    expect(response.headers.get("X-Content-Type-Options")).toBe("nosniff");
  });

  test("the pages name no file of another host", async () => {
    for (const path of ["/", "/docs"]) {
      const page = await (await service.get(path)).text();
      expect(page.match(/(?:src|<link[^>]* href)="[^"]*"/g)).toSatisfy((links: string[]) =>
        links.every((link) => /="\/[a-z0-9]*/.test(link)),
      );
    }
  });
});

test("the playground's script has nothing of zod", async () => {
  expect(await (await service.get("/playground/app.js")).text()).not.toMatch(/zod/i);
});

describe("all else is still the Worker's", () => {
  test.each(["/nothing-here", "/v1/nothing", "/docs/nothing", "/_headers", "/playground"])(
    "404 for %s",
    async (path) => {
      const response = await service.get(`${path}?text=x`);
      expect(response.status).toBe(404);
      expect(response.headers.get("Content-Type")).toBe("application/problem+json");
    },
  );

  test("405 with Allow where a route has no such method", async () => {
    const response = await service.get("/healthz", { method: "DELETE" });
    expect(response.status).toBe(405);
    expect(response.headers.get("Content-Type")).toBe("application/problem+json");
    expect(response.headers.get("Allow")).toContain("GET");
  });

  test.each(["/healthz", "/readyz", "/v1/models", "/openapi.json"])("HEAD %s", async (path) => {
    const response = await service.get(path, { method: "HEAD" });
    expect(response.status).toBe(200);
    expect(response.headers.get("X-Request-Id")).not.toBeNull();
    expect(await response.text()).toBe("");
  });
});
