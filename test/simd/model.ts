import { INT4_GROUP } from "../../src/runtime/simd/assembly/group.ts";
import type { Architecture } from "../../src/runtime/simd/layout.ts";
import type { Random } from "./random.ts";
import * as reference from "./reference.ts";

/** An encoder: its tensors by the names that scripts/training/bertweet/export/graph.py gives them; `bits` where it is int4, a value in each element of `data`. */
export interface EncoderModel {
  architecture: Architecture;
  tensors: Map<string, { dims: number[]; data: Float32Array | Int8Array; bits?: 4 }>;
}

/**
 * @param smoothed whether the optional factors (`unscale`, `gelu.scale`) are there, as powers of two
 * @param ffnBits of the feed-forward weights
 */
export function createModel(
  architecture: Architecture,
  random: Random,
  smoothed: boolean,
  ffnBits: 8 | 4 = 8,
): EncoderModel {
  const { hidden_size: hidden, ffn_size: ffn, layers } = architecture;
  const tensors: EncoderModel["tensors"] = new Map();
  const vector = (name: string, data: Float32Array) => tensors.set(name, { dims: [data.length], data });
  const factors = (size: number) => Float32Array.from(random.integers(size, -1, 1), (power) => 2 ** power);
  function int4Linear(name: string, inner: number, columns: number) {
    const data = Int8Array.from(random.integers(inner * columns, -8, 7));
    tensors.set(`${name}.weight`, { dims: [inner, columns], data, bits: 4 });
    const groups = inner / INT4_GROUP;
    const scales = random.floats(groups * columns, 0.1).map((x) => (1 + x) / 4.6 / Math.sqrt(inner));
    tensors.set(`${name}.scale`, { dims: [groups, columns], data: scales });
    vector(`${name}.bias`, random.floats(columns, 0.1));
  }
  const ffnLinear = ffnBits === 4 ? int4Linear : linear;
  function linear(name: string, inner: number, columns: number) {
    const data = Int8Array.from(random.integers(inner * columns, -127, 127));
    tensors.set(`${name}.weight`, { dims: [inner, columns], data });
    const scale = 1 / 73 / Math.sqrt(inner);
    vector(
      `${name}.scale`,
      random.floats(columns, 0.1).map((x) => scale * (1 + x)),
    );
    vector(`${name}.bias`, random.floats(columns, 0.1));
  }
  function norm(name: string) {
    vector(
      `${name}.weight`,
      random.floats(hidden, 0.1).map((x) => 1 + x),
    );
    vector(`${name}.bias`, random.floats(hidden, 0.1));
  }
  for (let n = 0; n < layers; n++) {
    const at = `layers.${n}`;
    linear(`${at}.qkv`, hidden, 3 * hidden);
    linear(`${at}.attention_out`, hidden, hidden);
    norm(`${at}.attention_norm`);
    if (smoothed) vector(`${at}.attention_norm.unscale`, factors(hidden));
    ffnLinear(`${at}.ffn_in`, hidden, ffn);
    if (smoothed) vector(`${at}.gelu.scale`, factors(ffn));
    ffnLinear(`${at}.ffn_out`, ffn, hidden);
    norm(`${at}.ffn_norm`);
    if (smoothed && n < layers - 1) vector(`${at}.ffn_norm.unscale`, factors(hidden));
  }
  return { architecture, tensors };
}

/**
 * The encoder in double precision, from the same int8 weights.
 *
 * @param quantized whether each linear layer's input is rounded to 7 bits a token, as the engine does
 */
export function encode(model: EncoderModel, input: Float32Array, quantized: boolean): number[] {
  const { hidden_size: hidden, heads, layers, layer_norm_epsilon: epsilon } = model.architecture;
  const tokens = input.length / hidden;
  const get = (name: string) => model.tensors.get(name)?.data ?? new Float32Array();
  const norm = (name: string) => ({ weight: get(`${name}.weight`), bias: get(`${name}.bias`) });
  /** Every row times the factors of that name, if there are any. */
  function times(x: ArrayLike<number>, name: string): number[] {
    const factors = model.tensors.get(name)?.data;
    return Array.from(x, (value, i) => value * (factors?.[i % factors.length] ?? 1));
  }
  function linear(name: string, x: ArrayLike<number>): number[] {
    const bias = get(`${name}.bias`);
    const inner = x.length / tokens;
    const layer = { inner, columns: bias.length, weight: get(`${name}.weight`), scale: get(`${name}.scale`), bias };
    if (!quantized) return reference.linearOfFloats(x, tokens, layer);
    const multiply = model.tensors.get(`${name}.weight`)?.bits === 4 ? reference.linearInt4 : reference.linear;
    return multiply(reference.quantizeRows(Float32Array.from(x), tokens, inner), layer);
  }
  let states: ArrayLike<number> = input;
  for (let n = 0; n < layers; n++) {
    const at = `layers.${n}`;
    const context = reference.attention(linear(`${at}.qkv`, states), tokens, heads, hidden / heads);
    const residual = times(states, `layers.${n - 1}.ffn_norm.unscale`);
    const attended = linear(`${at}.attention_out`, context).map((x, i) => x + (residual[i] ?? 0));
    const middle = reference.normalize(attended, norm(`${at}.attention_norm`), epsilon);
    const activated = times(linear(`${at}.ffn_in`, middle).map(reference.gelu), `${at}.gelu.scale`);
    const past = times(middle, `${at}.attention_norm.unscale`);
    const summed = linear(`${at}.ffn_out`, activated).map((x, i) => x + (past[i] ?? 0));
    states = reference.normalize(summed, norm(`${at}.ffn_norm`), epsilon);
  }
  return Array.from(states);
}
