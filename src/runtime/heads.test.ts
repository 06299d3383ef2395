import { describe, expect, it } from "vitest";
import { applyLinear, type Head, headLogits, headProbabilities, sigmoid, softmax } from "./heads.ts";

const head: Head = {
  output: { weight: Float32Array.of(1, 0, 0, 2, -1, -1), bias: Float32Array.of(0.5, 0, -1) },
  temperature: 2,
};

describe("applyLinear", () => {
  it.each([1, 4, 7, 16])("has for %d outputs the bits of one sum after the other", (outputs) => {
    const numbers = (length: number) => Float32Array.from({ length }, (_, at) => Math.sin(at * 7.3 + outputs));
    const [state, weight, bias] = [numbers(50), numbers(50 * outputs), numbers(outputs)];
    const sums = bias.map((start, row) =>
      state.reduce((sum, value, at) => sum + (weight[row * 50 + at] as number) * value, start),
    );
    expect(applyLinear(state, { weight, bias })).toEqual(sums);
  });
});

describe("headLogits", () => {
  it("multiplies each label's row with the state and adds its bias", () => {
    expect([...headLogits(Float32Array.of(3, 4), head)]).toEqual([3.5, 8, -8]);
  });

  it("takes a state for logits where the head is in the graph", () => {
    expect([...headLogits(Float32Array.of(3, 4), { temperature: 1 })]).toEqual([3, 4]);
  });

  it("reads a state through the dense layer and tanh where the head has one", () => {
    const dense = { weight: Float32Array.of(0, 1, 1, 0), bias: Float32Array.of(0, -1) };
    const [first, second, third] = headLogits(Float32Array.of(3, 0.5), { ...head, dense });
    expect(first).toBeCloseTo(Math.tanh(0.5) + 0.5, 6);
    expect(second).toBeCloseTo(2 * Math.tanh(2), 6);
    expect(third).toBeCloseTo(-Math.tanh(0.5) - Math.tanh(2) - 1, 6);
  });
});

describe("softmax", () => {
  it("sums to one", () => {
    const sum = softmax(Float32Array.of(1, -2, 0.25), 1).reduce((a, b) => a + b, 0);
    expect(sum).toBeCloseTo(1, 6);
  });

  it("is even for equal logits", () => {
    expect([...softmax(Float32Array.of(7, 7), 3)]).toEqual([0.5, 0.5]);
  });

  it("survives logits beyond the range of exp", () => {
    expect([...softmax(Float32Array.of(1000, -1000), 1)]).toEqual([1, 0]);
  });

  it("comes nearer to even with a higher temperature", () => {
    const logits = Float32Array.of(2, 0);
    expect(softmax(logits, 1)[0]).toBeCloseTo(1 / (1 + Math.exp(-2)), 6);
    expect(softmax(logits, 4)[0]).toBeCloseTo(1 / (1 + Math.exp(-0.5)), 6);
  });
});

describe("headProbabilities", () => {
  it("divides the logits by the head's temperature", () => {
    const [first, second] = headProbabilities(Float32Array.of(3, 4), head);
    expect(Math.log((second as number) / (first as number))).toBeCloseTo((8 - 3.5) / 2, 5);
  });

  it("gives each label its own when there can be several", () => {
    const probabilities = headProbabilities(Float32Array.of(3, 4), { ...head, multiLabel: true });
    expect([...probabilities]).toEqual([...sigmoid(Float32Array.of(3.5, 8, -8), 2)]);
  });
});

describe("sigmoid", () => {
  it("is the softmax of the logit and 0, for each label by itself", () => {
    const [first, second] = sigmoid(Float32Array.of(1.5, -4), 2);
    expect(first).toBeCloseTo(softmax(Float32Array.of(1.5, 0), 2)[0] as number, 6);
    expect(second).toBeCloseTo(softmax(Float32Array.of(-4, 0), 2)[0] as number, 6);
  });

  it("survives logits beyond the range of exp", () => {
    expect([...sigmoid(Float32Array.of(1000, -1000), 1)]).toEqual([1, 0]);
  });
});
