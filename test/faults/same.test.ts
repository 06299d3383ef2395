import { afterAll, beforeAll, expect, test } from "vitest";
import { type Service, startService } from "../../scripts/bench/service.ts";
import { compareAnswers } from "../../scripts/same/same.ts";

/** The short form of `npm run same`. */
const OPTIONS = { requests: 300, connections: 8, texts: 4, seed: 1 };

let service: Service;
beforeAll(async () => {
  service = await startService("simd");
});
afterAll(() => service.close());

test("a text has the same answer alone, among others, in a stream, kept or not, and whoever asks at the same time", async () => {
  expect(await compareAnswers({ url: service.url, ...OPTIONS })).toBeUndefined();
}, 180_000);
