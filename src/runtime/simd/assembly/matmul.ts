/**
 * Float matrix product `C = A @ B`. The matrices are row-major and may be parts of wider ones. Strides are in bytes, from row to row.
 *
 * @param a float32 [rows, inner]
 * @param b float32 [inner, columns]
 * @param c float32 [rows, columns]
 * @param columns a multiple of 4
 */
export function matmul(
  a: usize,
  aStride: i32,
  b: usize,
  bStride: i32,
  c: usize,
  cStride: i32,
  rows: i32,
  inner: i32,
  columns: i32,
): void {
  let row = 0;
  for (; row + 4 <= rows; row += 4) {
    matmulRows(4, a, aStride, b, bStride, c, cStride, inner, columns);
    a += aStride * 4;
    c += cStride * 4;
  }
  for (; row < rows; row++) {
    matmulRows(1, a, aStride, b, bStride, c, cStride, inner, columns);
    a += aStride;
    c += cStride;
  }
}

/** `height` rows (a compile-time constant), in tiles of eight columns. The last tile may have four. */
// @ts-ignore: decorator
@inline
function matmulRows(
  height: i32,
  a: usize,
  aStride: i32,
  b: usize,
  bStride: i32,
  c: usize,
  cStride: i32,
  inner: i32,
  columns: i32,
): void {
  let column = 0;
  for (; column + 8 <= columns; column += 8) {
    matmulTile(height, true, a, aStride, b, bStride, c, cStride, inner);
    b += 32;
    c += 32;
  }
  if (column < columns) matmulTile(height, false, a, aStride, b, bStride, c, cStride, inner);
}

/** `height` rows x 8 columns if `wide`, otherwise x 4. `height` and `wide` are compile-time constants. */
// @ts-ignore: decorator
@inline
function matmulTile(
  height: i32,
  wide: bool,
  a: usize,
  aStride: i32,
  b: usize,
  bStride: i32,
  c: usize,
  cStride: i32,
  inner: i32,
): void {
  const zero = f32x4.splat(0);
  let left0 = zero;
  let right0 = zero;
  let left1 = zero;
  let right1 = zero;
  let left2 = zero;
  let right2 = zero;
  let left3 = zero;
  let right3 = zero;
  const end = a + inner * 4;
  for (; a < end; a += 4) {
    const left = v128.load(b);
    const right = wide ? v128.load(b, 16) : zero;
    b += bStride;
    const a0 = v128.load32_splat(a);
    left0 = f32x4.add(left0, f32x4.mul(a0, left));
    if (wide) right0 = f32x4.add(right0, f32x4.mul(a0, right));
    if (height > 1) {
      const a1 = v128.load32_splat(a + aStride);
      left1 = f32x4.add(left1, f32x4.mul(a1, left));
      if (wide) right1 = f32x4.add(right1, f32x4.mul(a1, right));
      const a2 = v128.load32_splat(a + aStride * 2);
      left2 = f32x4.add(left2, f32x4.mul(a2, left));
      if (wide) right2 = f32x4.add(right2, f32x4.mul(a2, right));
      const a3 = v128.load32_splat(a + aStride * 3);
      left3 = f32x4.add(left3, f32x4.mul(a3, left));
      if (wide) right3 = f32x4.add(right3, f32x4.mul(a3, right));
    }
  }
  v128.store(c, left0);
  if (wide) v128.store(c, right0, 16);
  if (height > 1) {
    v128.store(c + cStride, left1);
    if (wide) v128.store(c + cStride, right1, 16);
    v128.store(c + cStride * 2, left2);
    if (wide) v128.store(c + cStride * 2, right2, 16);
    v128.store(c + cStride * 3, left3);
    if (wide) v128.store(c + cStride * 3, right3, 16);
  }
}
