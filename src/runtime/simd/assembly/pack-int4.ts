import { GROUP, INT4_GROUP } from "./group";
import { bytesOf, leftWeights, rightWeights } from "./int4";
import { sumFours } from "./lanes";

/**
 * Packs four rows (a step) of an int4 matrix [inner, columns] for `linearInt4`. The order is [columns / 8][inner / 4][16 bytes].
 *
 * The low half of byte `4 * column + row` has that weight of columns 0 to 3. The high half has the weight of columns 4 to 7. Each
 * weight is stored as weight + 8.
 *
 * @param source int4 [4, columns] in two's complement. The first of two columns is in the low half of a byte, as in ONNX's INT4
 * @param packed the whole packed matrix, inner * columns / 2 bytes
 * @param step index of the four rows
 * @param columns a multiple of 8
 */
export function packInt4(source: usize, packed: usize, step: i32, inner: i32, columns: i32): void {
  const rowBytes = columns / 2;
  packed += step * 16;
  for (let column = 0; column < columns; column += 8) {
    let rows = v128.load32_zero(source);
    rows = v128.load32_lane(source + rowBytes, rows, 1);
    rows = v128.load32_lane(source + rowBytes * 2, rows, 2);
    rows = v128.load32_lane(source + rowBytes * 3, rows, 3);
    // In two's complement, adding 8 only flips the highest bit.
    rows = v128.xor(rows, i8x16.splat(<i8>0x88));
    const near = i8x16.shuffle(rows, rows, 0, 4, 8, 12, 0, 4, 8, 12, 1, 5, 9, 13, 1, 5, 9, 13);
    const far = i8x16.shuffle(rows, rows, 2, 6, 10, 14, 2, 6, 10, 14, 3, 7, 11, 15, 3, 7, 11, 15);
    const even = v128.or(v128.and(near, i8x16.splat(15)), i8x16.shl(far, 4));
    const odd = v128.or(i8x16.shr_u(near, 4), v128.and(far, i8x16.splat(<i8>0xf0)));
    v128.store(packed, v128.bitselect(even, odd, i32x4(-1, 0, -1, 0)));
    source += 4;
    packed += inner * 4;
  }
}

/** The largest factor. Four groups' dot products, each at most 127 * 8 * INT4_GROUP, still fit into int32 when multiplied by it. */
const MOST: f32 = 16383;

/**
 * Splits the scales of one group of GROUP rows for `linearInt4`: `scale_h ~ scale * factor_h`. `scale` is a float for each column.
 * `factor_h` is an integer for each column and INT4_GROUP rows. The error is at most 2^-15 of the column's largest scale.
 *
 * @param source float32 [rows, columns]
 * @param scales float32 [columns]
 * @param factors int16 [rows, columns]
 * @param rows up to GROUP / INT4_GROUP
 */
export function splitScales(source: usize, scales: usize, factors: usize, rows: i32, columns: i32): void {
  for (let column = 0; column < columns; column++) {
    let most: f32 = 0;
    for (let row = 0; row < rows; row++) most = max(most, abs(load<f32>(source + (row * columns + column) * 4)));
    store<f32>(scales + column * 4, most / MOST);
    const perStep: f32 = most == 0 ? 0 : MOST / most;
    for (let row = 0; row < rows; row++) {
      const at = row * columns + column;
      store<i16>(factors + at * 2, <i16>nearest<f32>(load<f32>(source + at * 4) * perStep));
    }
  }
}

/**
 * Computes `sum over h of factor_h * sum(w)` for each column and GROUP rows. `linearInt4` multiplies it by a row's `low_g`.
 *
 * @param packed the weights, packed by `packInt4`
 * @param factors int16 [inner / INT4_GROUP, columns]
 * @param sums float32 [groups of GROUP, columns]
 * @param inner a multiple of INT4_GROUP
 * @param columns a multiple of 8
 */
export function sumInt4(packed: usize, factors: usize, sums: usize, inner: i32, columns: i32): void {
  const fifteens = bytesOf(15);
  const eights = bytesOf(8);
  for (let column = 0; column < columns; column += 8) {
    let factor = factors + column * 2;
    let output = sums + column * 4;
    for (let row = 0; row < inner; row += GROUP) {
      let left = i32x4.splat(0);
      let right = left;
      const end = min(row + GROUP, inner);
      for (let start = row; start < end; start += INT4_GROUP) {
        let leftSum = i32x4.splat(0);
        let rightSum = leftSum;
        for (let step = 0; step < INT4_GROUP / 4; step++) {
          const weights = v128.load(packed);
          leftSum = i32x4.add(leftSum, sumFours(leftWeights(weights, fifteens, eights)));
          rightSum = i32x4.add(rightSum, sumFours(rightWeights(weights, fifteens, eights)));
          packed += 16;
        }
        const eight = v128.load(factor);
        left = i32x4.add(left, i32x4.mul(leftSum, i32x4.extend_low_i16x8_s(eight)));
        right = i32x4.add(right, i32x4.mul(rightSum, i32x4.extend_high_i16x8_s(eight)));
        factor += columns * 2;
      }
      v128.store(output, f32x4.convert_i32x4_s(left));
      v128.store(output, f32x4.convert_i32x4_s(right), 16);
      output += columns * 4;
    }
  }
}
