import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import { RATE_LIMIT_PERIOD_SECONDS } from "../../src/limits.ts";
import { inNode, startService, useService } from "./service.ts";

const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");
const bearer = (key: string) => ({ Authorization: `Bearer ${key}` });
const path = "/v1/sentiment?text=the%20new%20album%20is%20out";

describe("as configured for local use", () => {
  const { get } = useService();

  test("answers without a key, to no other origin", async () => {
    const { status, headers } = await get(path, { headers: { Origin: "https://app.example" } });
    expect(status).toBe(200);
    expect([...headers.keys()].filter((name) => name.startsWith("access-control-"))).toEqual([]);
    expect(headers.get("Vary")).toBe("Accept-Encoding");
    expect(headers.get("Cross-Origin-Resource-Policy")).toBe("same-origin");
  });

  test("has no answer to a preflight", async () => {
    const asked = { Origin: "https://app.example", "Access-Control-Request-Method": "POST" };
    expect((await get("/v1/sentiment", { method: "OPTIONS", headers: asked })).status).toBe(405);
  });
});

describe("with AUTH on", () => {
  const [first, second, tired] = ["first-key", "second-key", "tired-key"];
  const service = startService({
    seeded: true,
    vars: { AUTH: "on", CORS_ORIGINS: "https://app.example, https://other.example", RATE_LIMIT: "on" },
    secrets: { API_KEY_HASHES: [first, second, tired].map(sha256).join() },
  });
  const { get, post } = service;

  test.each([
    ["no key", {}, 'Bearer realm="bertweet-edge"'],
    ["another scheme", { Authorization: "Basic Zmlyc3Qta2V5" }, 'Bearer realm="bertweet-edge"'],
    ["a wrong key", bearer("third-key"), 'Bearer realm="bertweet-edge", error="invalid_token"'],
    ["the hash of a key", bearer(sha256(first)), 'Bearer realm="bertweet-edge", error="invalid_token"'],
  ])("%s is refused with a problem", async (_, headers, challenge) => {
    const response = await get(path, { headers });
    expect(response.status).toBe(401);
    expect(response.headers.get("WWW-Authenticate")).toBe(challenge);
    expect(response.headers.get("Content-Type")).toBe("application/problem+json");
    expect(response.headers.get("Cache-Control")).toBe("no-store");
    expect(await response.json()).toMatchObject({ type: "/problems/unauthorized", status: 401 });
  });

  test.each([first, second])("%s is accepted", async (key) => {
    expect((await get(path, { headers: bearer(key) })).status).toBe(200);
    expect((await post("/v1/sentiment", { text: "a" }, bearer(key))).status).toBe(200);
  });

  test.each([
    ["GET", "/v1"],
    ["GET", "/v1/models"],
    ["HEAD", path],
    ["POST", "/v1/sentiment"],
    ["POST", "/models/bertweet-mini"],
    ["POST", "/v1/embeddings"],
    ["POST", "/tei/bertweet-mini/embed"],
    ["GET", "/tei/bertweet-mini/health"],
    ["GET", "/v1/ner/wnut17"],
    ["GET", "/v1/nothing/here"],
  ])("%s %s asks for a key", async (method, each) => {
    expect((await get(each, { method })).status).toBe(401);
  });

  test.each([
    "/%761/sentiment?text=a",
    "//v1/sentiment?text=a",
    "/V1/sentiment?text=a",
    "/%74ei/bertweet-mini/info",
    "//tei/bertweet-mini/info",
  ])("%s is no way around it", async (each) => {
    expect([401, 404]).toContain((await get(each)).status);
  });

  test.each(["/healthz", "/readyz"])("%s needs none", async (each) => {
    expect((await get(each)).status).toBe(200);
  });

  test("no answer may be kept by a shared cache", async () => {
    const { headers } = await get(path, { headers: bearer(first) });
    expect(headers.get("Cache-Control")).not.toMatch(/public|s-maxage/);
    expect(headers.get("Cache-Control")).toMatch(/private|no-store/);
    expect(headers.get("Vary")).toContain("Authorization");
    expect(headers.has("Cache-Tag")).toBe(false);
  });

  test("a preflight needs no key", async () => {
    const { status, headers } = await get("/v1/sentiment", {
      method: "OPTIONS",
      headers: {
        Origin: "https://app.example",
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "authorization,content-type",
      },
    });
    expect(status).toBe(204);
    expect(headers.get("Access-Control-Allow-Origin")).toBe("https://app.example");
    expect(headers.get("Access-Control-Allow-Methods")).toBe("GET,HEAD,POST");
    expect(headers.get("Access-Control-Allow-Headers")).toMatch(
      /^Authorization,Content-Type,If-None-Match,Cache-Control,/,
    );
    expect(headers.get("Access-Control-Max-Age")).toBe("7200");
    expect(headers.get("Vary")).toContain("Origin");
  });

  test("listed origins may read answers and refusals", async () => {
    for (const Origin of ["https://app.example", "https://other.example"])
      for (const key of [first, "third-key"]) {
        const { headers } = await get(path, { headers: { Origin, ...bearer(key) } });
        expect(headers.get("Access-Control-Allow-Origin")).toBe(Origin);
        expect(headers.get("Access-Control-Expose-Headers")).toContain("Retry-After");
        expect(headers.get("Cross-Origin-Resource-Policy")).toBe("cross-origin");
        expect(headers.get("Vary")).toMatch(/\bOrigin\b/);
        expect(headers.has("Access-Control-Allow-Credentials")).toBe(false);
      }
  });

  test.each<Record<string, string>>([{}, { Origin: "https://evil.example" }, { Origin: "null" }])(
    "%j may not, and Vary says so",
    async (from) => {
      const { headers } = await get(path, { headers: { ...from, ...bearer(first) } });
      expect(headers.has("Access-Control-Allow-Origin")).toBe(false);
      expect(headers.get("Vary")).toMatch(/\bOrigin\b/);
    },
  );

  test("a route of no API is shared with no origin", async () => {
    const { headers } = await get("/healthz", { headers: { Origin: "https://app.example" } });
    expect(headers.has("Access-Control-Allow-Origin")).toBe(false);
    expect(headers.get("Cross-Origin-Resource-Policy")).toBe("same-origin");
  });

  test("a key that asks too often waits, the other one doesn't", async () => {
    const refused = await askUntilRefused(() => get("/v1/models", { headers: bearer(tired) }));
    expect(await refused.json()).toMatchObject({ type: "/problems/rate-limited", status: 429 });
    expect(refused.headers.get("Retry-After")).toBe(String(RATE_LIMIT_PERIOD_SECONDS));
    expect(refused.headers.get("Cache-Control")).toBe("no-store");
    expect((await get("/v1/models", { headers: bearer(second) })).status).toBe(200);
    expect((await get("/v1/models")).status).toBe(401);
    expect((await get("/healthz")).status).toBe(200);
  });

  const ask = (address: string, key?: string) =>
    service.get("/v1/models", { headers: { "CF-Connecting-IP": address, ...(key && bearer(key)) } });

  test.each([
    ["wrong keys", "2001:db8::1", (n: number) => `wrong-${n}`],
    ["no key", "203.0.113.7", () => undefined],
  ])("a network that asks too often with %s waits, others and its good keys don't", async (_, address, key) => {
    expect((await ask(address, "first-key")).status).toBe(200);
    let asked = 0;
    const refused = await askUntilRefused(() => ask(address, key(++asked)), 401);
    expect(await refused.json()).toMatchObject({ type: "/problems/rate-limited", status: 429 });
    expect(refused.headers.get("Retry-After")).toBe(String(RATE_LIMIT_PERIOD_SECONDS));
    expect((await ask(address, key(1))).status).toBe(429);
    expect((await ask(address, "another")).status).toBe(429);
    expect((await ask(address)).status).toBe(429);
    expect((await ask(address, "first-key")).status).toBe(200);
    expect((await ask("198.51.100.1", "wrong")).status).toBe(401);
    expect((await ask("198.51.100.1", "second-key")).status).toBe(200);
  });

  test("no key has come into the logs", () => {
    const logs = JSON.stringify(service.logs());
    for (const key of [first, second, tired, "third-key"]) {
      expect(logs).not.toContain(key);
      expect(logs).not.toContain(sha256(key));
    }
  });
});

describe("with AUTH on and one good hash among malformed ones", () => {
  const { get, logs } = startService({
    seeded: true,
    vars: { AUTH: "on" },
    secrets: { API_KEY_HASHES: `third-key,${sha256("first-key")},${sha256("second-key").toUpperCase()}` },
  });

  test("the good one opens, and no other", async () => {
    expect((await get(path, { headers: bearer("first-key") })).status).toBe(200);
    for (const key of ["second-key", "third-key", "a"])
      expect((await get(path, { headers: bearer(key) })).status).toBe(401);
    expect(JSON.stringify(logs())).not.toContain("third-key");
  });

  test("a key that is far too long is wrong", async () => {
    expect((await get(path, { headers: bearer("k".repeat(4_000)) })).status).toBe(401);
  });
});

describe("with every origin allowed and requests counted", () => {
  const { get } = startService({ seeded: true, vars: { CORS_ORIGINS: "*", RATE_LIMIT: "on" } });

  test("the answer is the same for all, so Vary leaves the origin out", async () => {
    const { headers } = await get(path, { headers: { Origin: "https://any.example" } });
    expect(headers.get("Access-Control-Allow-Origin")).toBe("*");
    expect(headers.get("Vary")).toBe("Accept-Encoding");
  });

  test("a network that asks too often waits, another one doesn't", async () => {
    const from = (address: string) => get("/v1/models", { headers: { "CF-Connecting-IP": address } });
    let host = 0;
    const refused = await askUntilRefused(() => from(`2001:db8::${(++host).toString(16)}`));
    expect(refused.status).toBe(429);
    expect((await from("2001:db8:0:1::1")).status).toBe(200);
    expect((await from("203.0.113.7")).status).toBe(200);
  });
});

// `bertweet-edge serve` does not start with a misspelt variable: test/node/start.test.ts.
describe.skipIf(inNode).each([
  ["AUTH on without hashes", { AUTH: "on" }, {}],
  ["AUTH on with a hash that is none", { AUTH: "on" }, { API_KEY_HASHES: "first-key" }],
  ["AUTH misspelt", { AUTH: "On" }, { API_KEY_HASHES: sha256("first-key") }],
  ["RATE_LIMIT misspelt", { RATE_LIMIT: "true" }, {}],
])("with %s", (_, vars, secrets) => {
  const { get, logs } = startService({ seeded: false, vars, secrets });

  test("nobody is let in, and the log says why", async () => {
    for (const headers of [{}, bearer("first-key"), bearer("")]) {
      const response = await get("/v1/models", { headers });
      expect(await response.json()).toMatchObject({ status: 500, type: "/problems/misconfigured" });
    }
    expect((await get("/healthz")).status).toBe(200);
    expect(JSON.stringify(logs())).toMatch(/AUTH|API_KEY_HASHES|RATE_LIMIT/);
    expect(JSON.stringify(logs())).not.toContain("first-key");
  });
});

/** Sends requests, some at once, up to the first that isn't answered with that status; a window that ends on the way costs a second one. */
async function askUntilRefused<T extends { status: number; text(): Promise<string> }>(
  ask: () => Promise<T>,
  status = 200,
): Promise<T> {
  for (let asked = 0; asked <= 700; asked += 10) {
    const responses = await Promise.all(Array.from({ length: 10 }, ask));
    const refused = responses.find((response) => response.status !== status);
    if (refused) return refused;
    await Promise.all(responses.map((response) => response.text()));
  }
  throw new Error("Nothing was refused.");
}
