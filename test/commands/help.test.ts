import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { scripts } from "../../package.json";

const run = promisify(execFile);

/** Far longer than a command needs to print its help, also on a machine that does something else. */
const LIMIT_MS = 15_000;

const commands = Object.entries(scripts).flatMap(([name, line]) => {
  const script = /^node (scripts\/\w+\.ts)$/.exec(line)?.[1];
  return script ? [{ name, script }] : [];
});

it("every command that is a script of ours is asked", () => {
  expect(commands.length).toBeGreaterThan(10);
});

describe.each(commands)("npm run $name", ({ name, script }) => {
  // The two processes run at the same time, which is as much as a small machine bears.
  it("has --help, which starts nothing, and refuses an option that does not exist", async () => {
    const [asked, refused] = await Promise.allSettled([
      run("node", [script, "--help"], { timeout: LIMIT_MS }),
      run("node", [script, "--no-such-option"], { timeout: LIMIT_MS }),
    ]);
    const usage = new RegExp(`^[A-Z].*\\.\\n\\n(?: .*\\n)*? +npm (?:run (?:--silent )?)?${name}\\b`);
    expect(asked).toMatchObject({ value: { stdout: expect.stringMatching(usage), stderr: "" } });
    expect(asked).toMatchObject({ value: { stdout: expect.stringMatching(/^ {2}--help +print this\n/m) } });
    expect(refused).toMatchObject({
      reason: {
        code: 2,
        stdout: "",
        stderr: expect.stringMatching(/^Unknown option '--no-such-option'.*\n--help lists the options\.\n$/),
      },
    });
  });
});
