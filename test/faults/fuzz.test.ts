import { afterAll, beforeAll, expect, test } from "vitest";
import { type Service, startService } from "../../scripts/bench/service.ts";
import { fuzz } from "../../scripts/fuzz/fuzz.ts";

/** The short form of `npm run fuzz`. */
const [CASES, SEED] = [400, 20_261];

let service: Service;
beforeAll(async () => {
  service = await startService("simd");
});
afterAll(() => service.close());

test("any request is answered soon, rightly or with a problem that says what is wrong with it", async () => {
  expect(await fuzz({ url: service.url, cases: CASES, seed: SEED })).toBeUndefined();
}, 120_000);
