import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, inject, test } from "vitest";

const run = promisify(execFile);
const project = inject("project");
const bin = (...args: string[]) =>
  run(join(project, "node_modules/.bin/bertweet-edge"), args, { cwd: project }).catch((error) => error);

test("the installed command says its version and lists its commands", async () => {
  const { version } = JSON.parse(await readFile("package.json", "utf8"));
  expect(await bin("--version")).toMatchObject({ stdout: `${version}\n`, stderr: "" });
  const { stdout } = await bin("--help");
  expect(stdout).toMatch(/^Labels tweets.*\n\n {2}bertweet-edge COMMAND/);
  const commands = [...stdout.matchAll(/^ {2}([a-z]+) +[a-z]/gm)].map(([, name]) => name as string);
  expect(commands).toContain("serve");
  for (const command of commands)
    expect(await bin(command, "--help")).toMatchObject({
      stdout: expect.stringMatching(new RegExp(`^[A-Z].*\\.\\n\\n +bertweet-edge ${command} `)),
      stderr: "",
    });
});

test("a command or an option that there is not is refused with code 2", async () => {
  expect(await bin("sevre")).toMatchObject({ code: 2, stderr: expect.stringContaining("no command sevre") });
  expect(await bin()).toMatchObject({ code: 2, stderr: expect.stringContaining("COMMAND") });
  expect(await bin("serve", "--prot", "1")).toMatchObject({ code: 2, stderr: expect.stringContaining("--prot") });
});
