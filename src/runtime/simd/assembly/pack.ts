import { GROUP } from "./group";

/**
 * Puts four rows of an int8 matrix [inner, columns] where `linear` reads them, and adds them to the columns' sums, of which
 * each GROUP rows have their own.
 *
 * `linear` takes eight columns and four rows at a time, so the order is [columns / 8][inner / 4][8 columns][4 rows]:
 * the 32 bytes of one step lie together, and the steps of eight columns follow each other.
 *
 * @param source int8 [4, columns], the rows 4 * step .. 4 * step + 3
 * @param packed int8, the whole packed matrix
 * @param sums int32 [groups, columns], zero before the first step
 * @param step which four rows
 * @param inner rows of the whole matrix, a multiple of 4
 * @param columns a multiple of 8
 */
export function packRows(source: usize, packed: usize, sums: usize, step: i32, inner: i32, columns: i32): void {
  sums += ((step * 4) / GROUP) * columns * 4;
  const panelBytes = inner * 8;
  let target = packed + step * 32;
  for (let column = 0; column < columns; column += 8) {
    const row0 = v128.load64_zero(source);
    const row1 = v128.load64_zero(source + columns);
    const row2 = v128.load64_zero(source + columns * 2);
    const row3 = v128.load64_zero(source + columns * 3);
    const rows01 = i8x16.shuffle(row0, row1, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
    const rows23 = i8x16.shuffle(row2, row3, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
    const columns0To3 = i8x16.shuffle(rows01, rows23, 0, 1, 16, 17, 2, 3, 18, 19, 4, 5, 20, 21, 6, 7, 22, 23);
    const columns4To7 = i8x16.shuffle(rows01, rows23, 8, 9, 24, 25, 10, 11, 26, 27, 12, 13, 28, 29, 14, 15, 30, 31);
    v128.store(target, columns0To3);
    v128.store(target, columns4To7, 16);
    const ones = i8x16.splat(1);
    v128.store(sums, i32x4.relaxed_dot_i8x16_i7x16_add_s(columns0To3, ones, v128.load(sums)));
    v128.store(sums, i32x4.relaxed_dot_i8x16_i7x16_add_s(columns4To7, ones, v128.load(sums, 16)), 16);
    source += 8;
    target += panelBytes;
    sums += 32;
  }
}
