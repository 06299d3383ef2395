import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { beforeAll, expect, test } from "vitest";
import { buildCode } from "../../scripts/build.ts";
import { readBlocks, readCommands } from "../documents/documents.ts";
import { isStart, NOT_RUN } from "../documents/running.ts";
import { useService } from "./service.ts";

const run = promisify(execFile);
const { url } = useService();
beforeAll(buildCode); // what "bertweet-edge/..." is
const blocks = readBlocks();
const here = (code: string) =>
  code.replaceAll("http://127.0.0.1:8787/", url("/")).replaceAll(":8787", new URL(url("/")).host.replace(/^.*:/, ":"));

const lines = readCommands()
  .filter(({ inBlock, line }) => inBlock && !(line in NOT_RUN || isStart(line)))
  .map(({ line }) => line);

test.each(lines)("runs: %s", async (line) => {
  const { stdout } = await run("bash", [
    "-o",
    "pipefail",
    "-ec",
    line.startsWith("curl") ? `${here(line)} --silent --fail` : line,
  ]);
  expect(stdout).not.toBe("");
});

test("the answer below the README's first curl is the one that it gets", async () => {
  const curl = lines.find((line) => line.startsWith("curl")) as string;
  const { stdout } = await run("bash", ["-ec", `${here(curl)} --silent --fail`]);
  const answer = JSON.parse(stdout);
  const [shown] = blocks.filter(({ language }) => language === "json").map(({ code }) => JSON.parse(code));
  const { scores, score, ...rest } = shown;
  expect(answer).toMatchObject(rest);
  expect(answer.score).toBeCloseTo(score, 2);
  const labels = (all: { label: string }[]) => all.map(({ label }) => label);
  expect(labels(answer.scores)).toEqual(labels(scores));
});

test.each(blocks.filter(({ language }) => language === "ts"))("the TypeScript of $document runs", async ({ code }) => {
  const { stdout } = await run("node", ["--input-type=module-typescript", "--eval", here(code)]);
  expect(stdout).not.toBe("");
});
