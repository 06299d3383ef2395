import { expect, test } from "vitest";
import { parseKeyHashes } from "./keys.ts";

const one = "1".repeat(64);
const two = "2".repeat(64);

test.each([
  [one, [one]],
  [`${one},${two}`, [one, two]],
  [` ${one},\n${two},\n`, [one, two]],
])("reads the hashes of %j", (list, hashes) => {
  expect(parseKeyHashes(list)).toEqual(hashes);
});

test.each([undefined, "", " , "])("%j holds no hash", (list) => {
  expect(() => parseKeyHashes(list)).toThrow("no hash");
});

test.each(["secret", `${one}0`, one.slice(1), "A".repeat(64), `${one},secret`])("%j is refused, unquoted", (list) => {
  expect(() => parseKeyHashes(list)).toThrow(/^API_KEY_HASHES holds something that is no SHA-256 in lower-case hex\.$/);
});
