import { execFileSync } from "node:child_process";
import { expect, test } from "vitest";
import { curlCommand } from "./curl.ts";

/** The arguments that curl gets from a shell. */
function argumentsOf(command: string): string[] {
  const script = `curl() { for each in "$@"; do printf '%s\\0' "$each"; done; }\n${command}`;
  return execFileSync("sh", ["-c", script], { env: { BERTWEET_KEY: "secret" } })
    .toString()
    .split("\0")
    .slice(0, -1);
}

test("keeps quotes, dollars, line ends and emoji of the text through a shell", () => {
  const text = 'it\'s $HOME `id` "x"\nnext \\ 😍 !';
  const command = curlCommand(
    "http://x",
    { route: "/v1/analyze", parameters: { text, tasks: ["pos/ark", "ner"] } },
    false,
  );
  expect(argumentsOf(command)).toEqual([
    "-G",
    "http://x/v1/analyze",
    "--data-urlencode",
    `text=${text}`,
    "--data-urlencode",
    "tasks=pos/ark,ner",
  ]);
});

test("sends long texts and several texts in a body", () => {
  const parameters = { texts: ["it's", "two"], truncation: "window" };
  const args = argumentsOf(curlCommand("http://x", { route: "/v1/embed", parameters }, false));
  expect(args).toEqual(["http://x/v1/embed", "-H", "Content-Type: application/json", "-d", JSON.stringify(parameters)]);
  const long = { route: "/v1/tokenize", parameters: { text: "é".repeat(1_000) } } as const;
  expect(argumentsOf(curlCommand("http://x", long, false)).at(-1)).toBe(JSON.stringify(long.parameters));
});

test("takes the key from the environment", () => {
  expect(argumentsOf(curlCommand("http://x", { route: "/v1/models", parameters: {} }, true))).toEqual([
    "-G",
    "http://x/v1/models",
    "-H",
    "Authorization: Bearer secret",
  ]);
});
