import { execFileSync } from "node:child_process";
import { expect, test } from "vitest";
import { curlCommand } from "./curl.ts";

/** The arguments that a shell makes of the command. */
function argumentsOf(command: string): string[] {
  const script = `curl() { for each in "$@"; do printf '%s\\0' "$each"; done; }\n${command}`;
  return execFileSync("sh", ["-c", script], { env: { BERTWEET_KEY: "secret" } })
    .toString()
    .split("\0")
    .slice(0, -1);
}

test("keeps quotes, dollars, line ends and emoji of the text through a shell", () => {
  const text = 'it\'s $HOME `id` "x"\nnext \\ 😍 !';
  expect(
    argumentsOf(
      curlCommand(
        "http://x/v1/analyze",
        [
          ["text", text],
          ["tasks", "pos/ark"],
        ],
        false,
      ),
    ),
  ).toEqual(["-G", "http://x/v1/analyze", "--data-urlencode", `text=${text}`, "--data-urlencode", "tasks=pos/ark"]);
});

test("takes the key from the environment", () => {
  expect(argumentsOf(curlCommand("http://x/", [], true))).toEqual([
    "-G",
    "http://x/",
    "-H",
    "Authorization: Bearer secret",
  ]);
});
