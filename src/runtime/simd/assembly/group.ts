/**
 * How many values of a row share a scale (both languages read this file). Fewer are nearer to float32; each group costs `linear`
 * another round of floats. Measured on bertweet-mini, relative RMS error from float activations: one scale a row 0.041,
 * 192 values 0.034, 128 values 0.030 and 7 % of `linear`'s time, 64 values 0.025; ONNX Runtime's 8 bits a tensor 0.039.
 */
export const GROUP = 128;

/** How many int4 weights of a column share a scale, as `scripts/training/bertweet/export/quantize.py` makes them; GROUP is a multiple of it. */
export const INT4_GROUP = 32;
