import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { beforeAll, describe, expect, test } from "vitest";
import { readBlocks, readCommands } from "../documents/documents.ts";
import { startService } from "../integration/service.ts";
import { clientsCode, hasPython, installClients } from "./python.ts";

const run = promisify(execFile);

/** A command of scripts/training in a line of a document, and what is passed to it. */
const COMMAND = /(?:^| )(?:scripts\/training\/)?(\w+\.py)( .*)?$/;

describe.skipIf(!hasPython())("the documents' Python", () => {
  const { url } = startService({ seeded: true });
  beforeAll(installClients);

  test.each(readBlocks().filter(({ language }) => language === "python"))("of $document runs", async ({ code }) => {
    expect(await clientsCode(code.replaceAll("http://127.0.0.1:8787/", url("/")))).not.toBe("");
  });

  const commands = readCommands().flatMap(({ line }) => {
    const [, script, args = ""] = COMMAND.exec(line) ?? [];
    return script === undefined ? [] : [{ script, options: args.split(" ").filter((word) => word.startsWith("--")) }];
  });

  test.each(commands)("$script has $options", async ({ script, options }) => {
    const { stdout } = await run("python3", ["-S", "-E", `scripts/training/${script}`, "--help"]);
    for (const option of options) expect(stdout).toMatch(new RegExp(`${option}\\b`));
  });
});
