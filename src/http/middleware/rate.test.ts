import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { RATE_LIMIT_PERIOD_SECONDS } from "../../limits.ts";
import { network } from "./rate.ts";

test.each([
  ["203.0.113.7", "203.0.113.7"],
  ["2001:db8:a:b:1:2:3:4", "2001:db8:a:b"],
  ["2001:db8:a:b::4", "2001:db8:a:b"],
  ["2001:db8::4", "2001:db8:0:0"],
  ["2001:db8::b:1:2:3:4", "2001:db8:0:b"],
  ["2001:db8::", "2001:db8:0:0"],
  ["::1", "0:0:0:0"],
])("%s belongs to %s", (address, expected) => {
  expect(network(address)).toBe(expected);
});

test("Retry-After is the period of the binding", () => {
  expect(readFileSync("wrangler.toml", "utf8")).toContain(`period = ${RATE_LIMIT_PERIOD_SECONDS} }`);
});
