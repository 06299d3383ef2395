import { decimalZeros } from "./tables.ts";

const zeros = decimalZeros.split(" ").map((digits) => Number.parseInt(digits, 36));

const decimal = /^([+-]?)([0-9]+(?:_[0-9]+)*)$/;
const hexadecimal = /^([+-]?)(?:0[xX]_?)?([0-9a-fA-F]+(?:_[0-9a-fA-F]+)*)$/;

/** Python refuses to read longer decimal integers (`sys.get_int_max_str_digits`). */
const MAX_DECIMAL_DIGITS = 4300;

/**
 * `int(text, base)` of Python for a text without white space: a sign, `0x` before hexadecimal digits, single underscores
 * between digits, decimal digits of every script.
 *
 * @returns the value, exact up to 2^53 and still large above; undefined where Python raises ValueError
 */
export function pythonInt(codePoints: readonly number[], base: 10 | 16): number | undefined {
  let ascii = "";
  for (const codePoint of codePoints) ascii += toAscii(codePoint);
  const match = (base === 16 ? hexadecimal : decimal).exec(ascii);
  if (match === null) return undefined;
  const digits = (match[2] as string).replaceAll("_", "");
  if (base === 10 && digits.length > MAX_DECIMAL_DIGITS) return undefined;
  const value = Number.parseInt(digits, base);
  return match[1] === "-" ? 0 - value : value;
}

function toAscii(codePoint: number): string {
  if (codePoint < 0x80) return String.fromCharCode(codePoint);
  const zero = zeros.find((first) => codePoint >= first && codePoint < first + 10);
  return zero === undefined ? "?" : String(codePoint - zero);
}
