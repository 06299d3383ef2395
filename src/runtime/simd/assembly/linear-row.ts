/**
 * One group of one row x 8 columns of `linear`, from the integer dot products `left` and `right`. The first group sets
 * `output = scale_g * (q . w) + low_g * sum(w)`. The next ones add to it.
 */
// @ts-ignore: decorator
@inline
export function addRow(
  first: bool,
  left: v128,
  right: v128,
  range: usize,
  leftSum: v128,
  rightSum: v128,
  output: usize,
): void {
  const scale = v128.load32_splat(range);
  const low = v128.load32_splat(range, 4);
  let leftPart = f32x4.add(f32x4.mul(scale, f32x4.convert_i32x4_s(left)), f32x4.mul(low, leftSum));
  let rightPart = f32x4.add(f32x4.mul(scale, f32x4.convert_i32x4_s(right)), f32x4.mul(low, rightSum));
  if (!first) {
    leftPart = f32x4.add(v128.load(output), leftPart);
    rightPart = f32x4.add(v128.load(output, 16), rightPart);
  }
  v128.store(output, leftPart);
  v128.store(output, rightPart, 16);
}
