/**
 * Number of values of a row that share a scale. TypeScript and AssemblyScript both read this file. Smaller groups are closer to
 * float32, but each group costs `linear` one more round of float operations. Relative RMS error against float activations, measured
 * on bertweet-mini:
 *
 * - one scale per row: 0.041
 * - groups of 192: 0.034
 * - groups of 128: 0.030, for 7 % of `linear`'s time
 * - groups of 64: 0.025
 * - ONNX Runtime's 8 bits with one scale per tensor: 0.039
 */
export const GROUP = 128;

/** Number of int4 weights of a column that share a scale, as in `scripts/training/bertweet/export/quantize.py`. GROUP is a multiple of it. */
export const INT4_GROUP = 32;
