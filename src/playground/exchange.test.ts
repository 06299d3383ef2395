import { describe, expect, test } from "vitest";
import { readCacheStatus, readServerTiming } from "./exchange.ts";

describe("readServerTiming", () => {
  test("gives each metric with a duration, whatever its description holds", () => {
    const header = `model;dur=3.5;desc="load, then run; once", total;desc=all;dur=9, mark`;
    expect(readServerTiming(header)).toEqual([
      { name: "model", duration: 3.5 },
      { name: "total", duration: 9 },
    ]);
  });

  test("gives nothing without a header", () => expect(readServerTiming(null)).toEqual([]));
});

describe("readCacheStatus", () => {
  test.each([
    ["bertweet-edge; hit", "hit"],
    ["bertweet-edge; hit; detail=validator", "hit"],
    ["bertweet-edge; fwd=uri-miss; stored", "miss, now stored"],
    ["bertweet-edge; fwd=bypass", "bypass"],
    ["bertweet-edge; fwd=uri-miss; stored, Cloudflare; hit", "hit"],
    [null, "none"],
  ])("says of %s: %s", (header, said) => {
    expect(readCacheStatus(header)?.replace("uri-", "")).toBe(said);
  });
});
