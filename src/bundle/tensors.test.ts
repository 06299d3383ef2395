import { expect, test } from "vitest";
import { BundleError } from "./bundle-error.ts";
import { openTensors } from "./tensors.ts";

const file = new Float32Array([1, 2, 3, 4]).buffer;
const tensors = openTensors(
  {
    tensors: {
      bias: { file: "heads.bin", offset: 4, dtype: "float32", shape: [2] },
      words: { file: "heads.bin", offset: 0, dtype: "int8", shape: [2, 4] },
      long: { file: "heads.bin", offset: 8, dtype: "float32", shape: [1, 3] },
    },
  },
  new Map([["heads.bin", file]]),
);

test("a tensor is a view into its file", () => {
  expect([...tensors.float32("bias")]).toEqual([2, 3]);
  expect(tensors.float32("bias").buffer).toBe(file);
  expect(tensors.int8("words")).toHaveLength(8);
});

test("a missing tensor, a tensor of another type and a tensor past its file's end are refused", () => {
  expect(() => tensors.float32("weight")).toThrow(BundleError);
  expect(() => tensors.int8("bias")).toThrow(BundleError);
  expect(() => tensors.float32("long")).toThrow(BundleError);
});
