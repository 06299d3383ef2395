import { describe, expect, it } from "vitest";
import { type Architecture, planMemory } from "./layout.ts";

const mini: Architecture = {
  hidden_size: 384,
  layers: 6,
  heads: 12,
  ffn_size: 1536,
  max_tokens: 128,
  layer_norm_epsilon: 1e-12,
};
const base: Architecture = { ...mini, hidden_size: 768, layers: 12, ffn_size: 3072 };

/** int8 matrices. For each column a scale, a bias and one sum per 128 rows. Two norms and three factors. All are multiples of 64 bytes. */
function weightBytes({ hidden_size: hidden, ffn_size: ffn, layers }: Architecture): number {
  const matrices = 4 * hidden * hidden + 2 * hidden * ffn;
  return layers * (matrices + matrices / 32 + 8 * (5 * hidden + ffn) + 4 * (6 * hidden + ffn));
}

/** Bytes that int4 saves in the feed-forward part: half of its matrices and its columns' scales, minus a factor per 32 and a scale per 128 rows. */
function int4Saving({ hidden_size: hidden, ffn_size: ffn, layers }: Architecture): number {
  const matrices = 2 * hidden * ffn;
  return layers * (matrices / 2 - matrices / 16 - matrices / 32 + 4 * (hidden + ffn));
}

/**
 * Hidden states, update, the feed-forward's float32 (the same memory holds Q, K, V and context), its quantized values and their ranges.
 * Also a buffer for arriving weights: four rows of the widest matrix, or of its scales.
 */
function activationBytes({ hidden_size: hidden, ffn_size: ffn, max_tokens: tokens }: Architecture, bits = 8): number {
  return tokens * (4 * hidden + 4 * hidden + 4 * ffn + ffn + ffn / 16) + 4 * ffn * (bits === 8 ? 1 : 4);
}

describe("planMemory", () => {
  it.each([
    ["mini", mini],
    ["base", base],
  ])("needs weights and activations of %s and nothing more", (_, architecture) => {
    expect(planMemory({ architecture }).bytes).toBe(weightBytes(architecture) + activationBytes(architecture));
  });

  it("needs that much less with the feed-forward part in int4", () => {
    const { bytes } = planMemory({ architecture: base, ffn_weights: { bits: 4, group: 32 } });
    expect(bytes).toBe(weightBytes(base) - int4Saving(base) + activationBytes(base, 4));
  });

  it("has room for the scores where texts are longer than the model is wide", () => {
    const long = { ...mini, hidden_size: 16, heads: 1, ffn_size: 16, max_tokens: 514 };
    const { buffers, bytes } = planMemory({ architecture: long });
    expect(buffers.scores - buffers.keys).toBe(4 * 16 * 516);
    expect(bytes).toBeGreaterThanOrEqual(buffers.scores + 4 * 514 * 516);
  });

  it("starts every tensor and buffer at a multiple of 16 bytes, none twice", () => {
    const { tensors, buffers } = planMemory({ architecture: { ...mini, max_tokens: 127 } });
    const places = [...tensors.values()].map((place) =>
      place.kind === "vector" ? place.pointer : place.linear.weights,
    );
    expect(new Set(places).size).toBe(places.length);
    for (const pointer of [...places, ...Object.values(buffers)]) expect(pointer % 16).toBe(0);
  });

  it.each([{ hidden_size: 392 }, { ffn_size: 1544 }, { heads: 5 }])(
    "refuses sizes that vectors don't divide: %o",
    (size) => {
      expect(() => planMemory({ architecture: { ...mini, ...size } })).toThrow(RangeError);
    },
  );

  it("refuses sizes that int4's groups don't divide", () => {
    const architecture = { ...mini, ffn_size: 1552 };
    expect(() => planMemory({ architecture })).not.toThrow();
    expect(() => planMemory({ architecture, ffn_weights: { bits: 4, group: 32 } })).toThrow(RangeError);
  });
});
