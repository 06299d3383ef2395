import { spawnSync } from "node:child_process";
import { describe, expect, it } from "vitest";

function tokenize(args: string[], input: Uint8Array | string) {
  const { status, stdout, stderr } = spawnSync("node", ["scripts/tokenize.ts", ...args], { input, encoding: "utf8" });
  return { status, stderr, lines: stdout.split("\n").slice(0, -1) };
}

const bundle = ["--bundle", "models/bertweet-mini"];

describe("scripts/tokenize.ts", () => {
  it("prints ids and offsets of each line, the last one without a line feed too", () => {
    const { status, lines } = tokenize(bundle, "hello\n\na\rb");
    expect(status).toBe(0);
    expect(lines.map((line) => JSON.parse(line).offsets)).toEqual([
      [
        [0, 0],
        [0, 5],
        [5, 5],
      ],
      [
        [0, 0],
        [0, 0],
      ],
      [
        [0, 0],
        [0, 1],
        [2, 3],
        [3, 3],
      ],
    ]);
    expect(JSON.parse(lines[1] as string).ids).toEqual([0, 2]);
  });

  it("reads bytes that are not UTF-8 as U+FFFD", () => {
    const { lines } = tokenize(bundle, Uint8Array.of(0x61, 0x20, 0xff, 0x0a));
    expect(lines).toEqual(tokenize(bundle, "a \ufffd\n").lines);
  });

  it("takes the emoji of the shipped model where only vocabulary and merges are given", () => {
    const files = ["--vocab", "models/bertweet-mini/vocab.txt", "--merges", "models/bertweet-mini/bpe.codes"];
    expect(tokenize(files, "😂 ok\n").lines).toEqual(tokenize(bundle, "😂 ok\n").lines);
  });

  it("fails with a message and status 1 without files", () => {
    const { status, stderr } = tokenize([], "hello\n");
    expect(status).toBe(1);
    expect(stderr).toContain("--bundle");
  });
});
