/** The largest sum of weights that, multiplied by 127, still fits into int16. */
const LARGEST_SUM: i16 = 258;

/**
 * Rotates the far steps of a group of eight columns against the near steps, one place at a time, until `dotTwo` may merge each near
 * step with its far step. Merging is safe if in every lane the positive weights of both steps sum to at most LARGEST_SUM, and so do
 * the magnitudes of the negative ones. Then the sum of the products fits into int16 for any x in 0..127.
 *
 * In bertweet-mini 83 % of the groups are safe without rotation, and 4 of 10,368 are not safe in any.
 *
 * @param group int8 [half, 2 (near, far), 8 columns, 4 rows]
 * @returns the number of places; `half`, which is the original order, if no rotation is safe
 */
export function turnUntilSafe(group: usize, half: i32): i32 {
  let turn = 0;
  while (turn < half && !isSafe(group, half)) {
    turnOnce(group, half);
    turn++;
  }
  return turn;
}

function isSafe(group: usize, half: i32): bool {
  let most = i16x8.splat(0);
  let least = most;
  // Left columns, then right columns. A far step is 32 bytes after its near step.
  for (let pair = 0; pair < half; pair++) {
    for (let at = 0; at < 32; at += 16) {
      const near = v128.load(group + at);
      const far = v128.load(group + at, 32);
      most = i16x8.max_s(most, i16x8.add(sumPositive(near), sumPositive(far)));
      least = i16x8.min_s(least, i16x8.add(sumNegative(near), sumNegative(far)));
    }
    group += 64;
  }
  const tooLarge = i16x8.gt_s(most, i16x8.splat(LARGEST_SUM));
  const tooSmall = i16x8.lt_s(least, i16x8.splat(-LARGEST_SUM));
  return !v128.any_true(v128.or(tooLarge, tooSmall));
}

// @ts-ignore: decorator
@inline
function sumPositive(weights: v128): v128 {
  return i16x8.extadd_pairwise_i8x16_s(i8x16.max_s(weights, i8x16.splat(0)));
}

// @ts-ignore: decorator
@inline
function sumNegative(weights: v128): v128 {
  return i16x8.extadd_pairwise_i8x16_s(i8x16.min_s(weights, i8x16.splat(0)));
}

/** Moves every far step one place down, and the first one to the end. */
function turnOnce(group: usize, half: i32): void {
  const left = v128.load(group, 32);
  const right = v128.load(group, 48);
  for (let pair = 1; pair < half; pair++) {
    v128.store(group, v128.load(group, 96), 32);
    v128.store(group, v128.load(group, 112), 48);
    group += 64;
  }
  v128.store(group, left, 32);
  v128.store(group, right, 48);
}
