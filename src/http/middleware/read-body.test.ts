import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { readBody } from "./read-body.ts";

/** A POST whose body arrives in parts, each after its number of milliseconds. If the last part is undefined, the body never ends. */
function slowRequest(parts: (string | undefined)[], waitMs: number) {
  let left = false;
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      await sleep(waitMs);
      if (parts.length === 0) return controller.close();
      const part = parts.shift();
      if (part === undefined) await sleep(10_000, undefined, { ref: false });
      controller.enqueue(new TextEncoder().encode(part));
    },
    cancel: () => {
      left = true;
    },
  });
  const request = new Request("http://service.test", { method: "POST", body, duplex: "half" } as RequestInit);
  return { request, hasLeft: () => left };
}

const read = async (request: Request, maxBytes: number, limitMs: number) =>
  new TextDecoder().decode(await readBody(request, maxBytes, limitMs));

test("a body is read whole", async () => {
  expect(await read(new Request("http://service.test", { method: "POST" }), 10, 1000)).toBe("");
  expect(await read(slowRequest([], 0).request, 10, 1000)).toBe("");
  expect(await read(slowRequest(["caf", "\u00e9", " x"], 1).request, 7, 1000)).toBe("caf\u00e9 x");
});

test("one that is too long is left where it is", async () => {
  const { request, hasLeft } = slowRequest(["12345", "678901", undefined], 1);
  await expect(readBody(request, 10, 1000)).rejects.toMatchObject({ failure: { kind: "body-too-large" } });
  await expect.poll(hasLeft).toBe(true);
  const told = new Request("http://service.test", { method: "POST", body: "x", headers: { "Content-Length": "11" } });
  await expect(readBody(told, 10, 1000)).rejects.toMatchObject({ failure: { kind: "body-too-large" } });
});

test.each([
  ["stands still", ["{", undefined], 0],
  ["comes byte by byte", Array(100).fill("x"), 20],
])("one that %s is given up", async (_, parts, waitMs) => {
  const { request, hasLeft } = slowRequest(parts, waitMs);
  await expect(readBody(request, 1000, 100)).rejects.toMatchObject({ failure: { kind: "body-too-slow" } });
  await expect.poll(hasLeft).toBe(true);
});

test("one that breaks off is the client's doing", async () => {
  const body = new ReadableStream({ pull: (controller) => controller.error(new Error("Network connection lost.")) });
  const request = new Request("http://service.test", { method: "POST", body, duplex: "half" } as RequestInit);
  await expect(readBody(request, 10, 1000)).rejects.toMatchObject({ failure: { kind: "invalid-request" } });
});
