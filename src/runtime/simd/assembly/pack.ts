import { GROUP } from "./group";
import { sumFours } from "./lanes";
import { turnUntilSafe } from "./turn";

const STEPS = GROUP / 4;

/**
 * Packs four rows (a step) of an int8 matrix [inner, columns] for `linear`, and adds them to the columns' sums. Each GROUP rows have
 * their own sums.
 *
 * `linear` reads eight columns at a time, one step after another. So the order is [columns / 8][inner / 4][8 columns][4 rows].
 *
 * @param source int8 [4, columns], the rows 4 * step .. 4 * step + 3
 * @param packed int8, the whole packed matrix
 * @param sums 32 bytes for each group and eight columns, all zero before the first step. First int16 [8], the sum of each column's
 *   weights. The rest is unused
 * @param step index of the four rows. Steps must come in order
 * @param inner rows of the whole matrix, a multiple of 8
 * @param columns a multiple of 8
 */
export function packRows(source: usize, packed: usize, sums: usize, step: i32, inner: i32, columns: i32): void {
  pack(false, source, packed, sums, step, inner, columns);
}

/**
 * The same for `linearByPairs`, which reads two steps at a time: a near step from the first half of a group's steps, and a far step from
 * the second half. So the order is [columns / 8][inner / 8][near, far][8 columns][4 rows]. The 64 bytes of one loop iteration are
 * contiguous, and the iterations follow each other. Near step i is paired with far step `(i + turn) mod half` (see `turnUntilSafe`).
 *
 * @param sums after the int16, int32 `turn`, in bytes of a quantized row (4 per step)
 */
export function packRowsByPairs(source: usize, packed: usize, sums: usize, step: i32, inner: i32, columns: i32): void {
  pack(true, source, packed, sums, step, inner, columns);
}

/** Both forms of `packRows`. `byPairs` is a compile-time constant. */
// @ts-ignore: decorator
@inline
function pack(
  byPairs: bool,
  source: usize,
  packed: usize,
  sums: usize,
  step: i32,
  inner: i32,
  columns: i32,
): void {
  const group = step / STEPS;
  const half = min(STEPS, inner / 4 - group * STEPS) / 2;
  const inGroup = step - group * STEPS;
  const isFar = inGroup >= half;
  const isLast = inGroup + 1 == half * 2;
  const pairPlace = isFar ? (inGroup - half) * 64 + 32 : inGroup * 64;
  const place = byPairs ? pairPlace : inGroup * 32;
  let panel = packed + group * STEPS * 32;
  sums += group * columns * 4;
  for (let column = 0; column < columns; column += 8) {
    const row0 = v128.load64_zero(source);
    const row1 = v128.load64_zero(source + columns);
    const row2 = v128.load64_zero(source + columns * 2);
    const row3 = v128.load64_zero(source + columns * 3);
    const rows01 = i8x16.shuffle(row0, row1, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
    const rows23 = i8x16.shuffle(row2, row3, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
    const columns0To3 = i8x16.shuffle(rows01, rows23, 0, 1, 16, 17, 2, 3, 18, 19, 4, 5, 20, 21, 6, 7, 22, 23);
    const columns4To7 = i8x16.shuffle(rows01, rows23, 8, 9, 24, 25, 10, 11, 26, 27, 12, 13, 28, 29, 14, 15, 30, 31);
    v128.store(panel + place, columns0To3);
    v128.store(panel + place, columns4To7, 16);
    const stepSums = i16x8.narrow_i32x4_s(sumFours(columns0To3), sumFours(columns4To7));
    v128.store(sums, i16x8.add(v128.load(sums), stepSums));
    if (byPairs && isLast) store<i32>(sums, 4 * turnUntilSafe(panel, half), 16);
    source += 8;
    panel += inner * 8;
    sums += 32;
  }
}
