import { describe, expect, it } from "vitest";
import { toProblem } from "../../src/errors.ts";
import { exampleOf, isProblemKind, PROBLEM_PAGES } from "../../src/http/problem-pages.ts";
import { startService } from "./service.ts";

const kinds = Object.keys(PROBLEM_PAGES).filter(isProblemKind);
const { get } = startService({ seeded: false, vars: { AUTH: "on" }, secrets: { API_KEY_HASHES: "0".repeat(64) } });

describe("GET /problems/{type}, without a key", () => {
  it("explains every kind of failure, with the title and the status that its problem has", async () => {
    expect(kinds.length).toBeGreaterThan(20);
    for (const kind of kinds) {
      const response = await get(`/problems/${kind}`);
      expect(response.status, kind).toBe(200);
      expect(response.headers.get("Content-Type")).toBe("text/html; charset=UTF-8");
      const page = await response.text();
      const { status, title } = toProblem(exampleOf(kind));
      expect(page).toContain(`<h1>${title}</h1>`);
      expect(page).toContain(`Status ${status}, type <code>/problems/${kind}</code>`);
      expect(page).not.toContain("<mask>"); // Texts are escaped.
    }
  });

  it("is the page that a problem's type leads to", async () => {
    const problem = (await (await get("/v1/sentiment?text=a")).json()) as { type: string; title: string };
    expect(await (await get(problem.type)).text()).toContain(`<h1>${problem.title}</h1>`);
  });

  it("may be kept for a while, and is asked for again by its ETag", async () => {
    const { headers } = await get("/problems/internal");
    expect(headers.get("Cache-Control")).toBe("public, max-age=300");
    const again = await get("/problems/internal", { headers: { "If-None-Match": headers.get("ETag") as string } });
    expect(again.status).toBe(304);
  });

  it("lets nothing run or load but the service's own style sheet and icon", async () => {
    const response = await get("/problems/internal");
    expect(response.headers.get("Content-Security-Policy")).toMatch(/^default-src 'none'; style-src 'self'; img-src/);
    expect(response.headers.get("X-Content-Type-Options")).toBe("nosniff");
    expect(await response.text()).not.toMatch(/<script|<style| style=/);
  });

  it("answers a type that does not exist with a problem", async () => {
    for (const type of ["no-such-problem", "constructor", "__proto__", "x".repeat(1_000)]) {
      const response = await get(`/problems/${type}`);
      expect(response.status).toBe(404);
      expect(await response.json()).toMatchObject({ type: "/problems/not-found", status: 404 });
    }
    expect((await get("/problems/internal", { method: "POST" })).status).toBe(405);
  });
});
