import { GROUP, INT4_GROUP } from "../../src/runtime/simd/assembly/group.ts";

/** The engine's operators as plain loops in double precision, matrices row by row. */

export interface QuantizedRows {
  /** [rows, size] */
  q: number[];
  /** [rows, groups] */
  scales: number[];
  lows: number[];
}

/** `quantizeRows` with its very roundings to float32, so that the result must be equal bit for bit. */
export function quantizeRows(x: ArrayLike<number>, rows: number, size: number): QuantizedRows {
  const { fround } = Math;
  const result: QuantizedRows = { q: [], scales: [], lows: [] };
  for (let row = 0; row < rows; row++)
    for (let start = 0; start < size; start += GROUP) {
      const count = Math.min(GROUP, size - start);
      const values = Array.from({ length: count }, (_, i) => x[row * size + start + i] ?? 0);
      const low = Math.min(0, ...values);
      const width = fround(Math.max(0, ...values) - low);
      const isZero = width < fround(1e-30);
      const [scale, perStep] = isZero ? [0, 0] : [fround(width / 127), fround(127 / width)];
      const roundToEven = (value: number) => fround(value + 2 ** 23) - 2 ** 23;
      const zero = roundToEven(fround(-low * perStep));
      const step = (value: number) => roundToEven(Math.min(127, Math.max(0, fround(fround(value * perStep) + zero))));
      result.q.push(...values.map(step));
      result.scales.push(scale);
      result.lows.push(fround(-scale * zero));
    }
  return result;
}

export interface Linear {
  inner: number;
  columns: number;
  /** -127..127, [inner, columns] */
  weight: ArrayLike<number>;
  scale: ArrayLike<number>;
  bias: ArrayLike<number>;
}

/** `linear` with its very roundings to float32. */
export function linear({ q, scales, lows }: QuantizedRows, layer: Linear): number[] {
  const { inner, columns, weight, scale, bias } = layer;
  const { fround } = Math;
  const groups = Math.ceil(inner / GROUP);
  return Array.from({ length: (q.length / inner) * columns }, (_, index) => {
    const [row, column] = [Math.floor(index / columns), index % columns];
    let total = 0;
    for (let group = 0; group < groups; group++) {
      let dot = 0;
      let sum = 0;
      for (let k = group * GROUP; k < Math.min(inner, (group + 1) * GROUP); k++) {
        const w = weight[k * columns + column] ?? 0;
        dot += (q[row * inner + k] ?? 0) * w;
        sum += w;
      }
      const exact = fround((scales[row * groups + group] ?? 0) * dot);
      total = fround(total + fround(exact + fround((lows[row * groups + group] ?? 0) * sum)));
    }
    return fround(fround((scale[column] ?? 0) * total) + (bias[column] ?? 0));
  });
}

/** `linearInt4` with its very roundings to float32; `weight` is of -8..7, `scale` [inner / INT4_GROUP, columns]. */
export function linearInt4({ q, scales, lows }: QuantizedRows, layer: Linear): number[] {
  const { inner, columns, weight, scale, bias } = layer;
  const { fround } = Math;
  const groups = Math.ceil(inner / GROUP);
  const sumOver = (start: number, at: (k: number) => number) =>
    Array.from({ length: INT4_GROUP }, (_, k) => at(start + k)).reduce((sum, value) => sum + value, 0);
  return Array.from({ length: (q.length / inner) * columns }, (_, index) => {
    const [row, column] = [Math.floor(index / columns), index % columns];
    const w = (k: number) => weight[k * columns + column] ?? 0;
    let total = bias[column] ?? 0;
    for (let group = 0; group < groups; group++) {
      const [start, end] = [group * GROUP, Math.min(inner, (group + 1) * GROUP)];
      const starts = Array.from({ length: (end - start) / INT4_GROUP }, (_, i) => start + i * INT4_GROUP);
      const { step, factors } = splitScales(starts.map((k) => scale[(k / INT4_GROUP) * columns + column] ?? 0));
      const sumOf = (at: (k: number) => number) =>
        starts.reduce((sum, k, h) => sum + (factors[h] ?? 0) * sumOver(k, at), 0);
      const dot = fround((scales[row * groups + group] ?? 0) * fround(sumOf((k) => (q[row * inner + k] ?? 0) * w(k))));
      const part = fround(dot + fround((lows[row * groups + group] ?? 0) * fround(sumOf(w))));
      total = fround(total + fround(step * part));
    }
    return total;
  });
}

/** Of the scales of one group of GROUP rows: each is about `step * factor`. */
function splitScales(scales: number[]): { step: number; factors: number[] } {
  const { fround } = Math;
  const most = Math.max(...scales.map(Math.abs));
  const perStep = most === 0 ? 0 : fround(16_383 / most);
  const roundToEven = (value: number) => fround(value + 1.5 * 2 ** 23) - 1.5 * 2 ** 23;
  return { step: fround(most / 16_383), factors: scales.map((scale) => roundToEven(fround(scale * perStep))) };
}

/** `x @ weight * scale + bias` without any rounding of x; a column has one scale, or one for INT4_GROUP rows each. */
export function linearOfFloats(x: ArrayLike<number>, rows: number, layer: Linear): number[] {
  const { inner, columns, weight, scale, bias } = layer;
  const groupRows = scale.length === columns ? inner : INT4_GROUP;
  return Array.from({ length: rows * columns }, (_, index) => {
    const [row, column] = [Math.floor(index / columns), index % columns];
    let dot = 0;
    for (let k = 0; k < inner; k++) {
      const w = (weight[k * columns + column] ?? 0) * (scale[Math.floor(k / groupRows) * columns + column] ?? 0);
      dot += (x[row * inner + k] ?? 0) * w;
    }
    return dot + (bias[column] ?? 0);
  });
}

/** GELU's tanh form. */
export function gelu(x: number): number {
  return 0.5 * x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3)));
}

/** @param qkv [tokens, 3 * heads * headSize] */
export function attention(qkv: ArrayLike<number>, tokens: number, heads: number, headSize: number): number[] {
  const hidden = heads * headSize;
  const at = (part: number, token: number, head: number, i: number) =>
    qkv[token * 3 * hidden + part * hidden + head * headSize + i] ?? 0;
  const context = new Array<number>(tokens * hidden).fill(0);
  for (let head = 0; head < heads; head++)
    for (let query = 0; query < tokens; query++) {
      const scores = Array.from({ length: tokens }, (_, key) => {
        let dot = 0;
        for (let i = 0; i < headSize; i++) dot += at(0, query, head, i) * at(1, key, head, i);
        return dot / Math.sqrt(headSize);
      });
      const most = Math.max(...scores);
      const powers = scores.map((score) => Math.exp(score - most));
      const total = powers.reduce((sum, power) => sum + power, 0);
      for (let i = 0; i < headSize; i++)
        context[query * hidden + head * headSize + i] = powers.reduce(
          (sum, power, key) => sum + (power / total) * at(2, key, head, i),
          0,
        );
    }
  return context;
}

export interface Norm {
  weight: ArrayLike<number>;
  bias: ArrayLike<number>;
}

/** Layer normalization of each row. */
export function normalize(x: ArrayLike<number>, { weight, bias }: Norm, epsilon: number): number[] {
  const size = weight.length;
  return Array.from({ length: x.length / size }, (_, row) => {
    const values = Array.from({ length: size }, (_, i) => x[row * size + i] ?? 0);
    const mean = values.reduce((sum, value) => sum + value, 0) / size;
    const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / size;
    return values.map(
      (value, i) => ((value - mean) / Math.sqrt(variance + epsilon)) * (weight[i] ?? 0) + (bias[i] ?? 0),
    );
  }).flat();
}

/** Root mean square of the differences, relative to that of `wanted`. */
export function relativeError(got: ArrayLike<number>, wanted: ArrayLike<number>): number {
  let error = 0;
  let energy = 0;
  for (let i = 0; i < wanted.length; i++) {
    error += ((got[i] ?? Number.NaN) - (wanted[i] ?? 0)) ** 2;
    energy += (wanted[i] ?? 0) ** 2;
  }
  return Math.sqrt(error / energy);
}
