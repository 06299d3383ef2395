import { expect, test } from "vitest";
import { keyWarnings, parseKeyHashes } from "./keys.ts";

const one = "1".repeat(64);
const two = "2".repeat(64);

test.each([
  [undefined, [], 0],
  ["", [], 0],
  [" , ", [], 0],
  [one, [one], 0],
  [`${one},${two}`, [one, two], 0],
  [` ${one},\n${two},\n`, [one, two], 0],
  ["secret", [], 1],
  [`${one},secret`, [one], 1],
  [`secret,${one}0,${one.slice(1)},${two},${"A".repeat(64)}`, [two], 4],
])("reads the hashes of %j and counts what is none", (list, hashes, malformed) => {
  expect(parseKeyHashes(list)).toEqual({ hashes, malformed });
});

test.each([
  [{ AUTH: "off", API_KEY_HASHES: "secret" }, []],
  [{ AUTH: "on", API_KEY_HASHES: `${one},${two}` }, []],
  [{ AUTH: "on", API_KEY_HASHES: `${one},secret` }, [/^API_KEY_HASHES: 1 of its entries/]],
  [{ AUTH: "on", API_KEY_HASHES: "secret" }, [/Every request is refused/, /1 of its entries/]],
  [{ AUTH: "on" }, [/Every request is refused/]],
])("%j is warned of, unquoted", (env, expected) => {
  const warnings = keyWarnings(env as Parameters<typeof keyWarnings>[0]);
  expect(warnings).toEqual(expected.map((pattern) => expect.stringMatching(pattern)));
  expect(warnings.join()).not.toContain("secret");
});

test("a misspelt AUTH is an error of the configuration", () => {
  const env = { AUTH: "On" } as unknown as Parameters<typeof keyWarnings>[0];
  expect(() => keyWarnings(env)).toThrow("misconfigured");
});
