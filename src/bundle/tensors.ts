import { BundleError } from "./bundle-error.ts";
import type { Manifest } from "./manifest.ts";

/** The tensors outside the ONNX graph, by name. They are views into their files; nothing is copied. */
export interface Tensors {
  int8(name: string): Int8Array<ArrayBuffer>;
  float32(name: string): Float32Array<ArrayBuffer>;
}

/**
 * @param files the bytes of every file with tensors, by name
 * @throws BundleError (on access) if the manifest has no tensor of this name and type, or its file is too short
 */
export function openTensors({ tensors }: Pick<Manifest, "tensors">, files: ReadonlyMap<string, ArrayBuffer>): Tensors {
  function find(name: string, dtype: "int8" | "float32", unitBytes: number) {
    const entry = tensors[name];
    if (entry?.dtype !== dtype) throw new BundleError(`The bundle has no ${dtype} tensor "${name}".`);
    const length = entry.shape.reduce((product, size) => product * size, 1);
    const file = files.get(entry.file);
    if (!file || entry.offset + length * unitBytes > file.byteLength)
      throw new BundleError(`The file ${entry.file} is too short for the tensor "${name}".`);
    return { file, offset: entry.offset, length };
  }
  return {
    int8(name) {
      const { file, offset, length } = find(name, "int8", 1);
      return new Int8Array(file, offset, length);
    },
    float32(name) {
      const { file, offset, length } = find(name, "float32", 4);
      return new Float32Array(file, offset, length);
    },
  };
}
