import { BundleError } from "../bundle/bundle-error.ts";
import type { Manifest } from "../bundle/manifest.ts";
import type { Tensors } from "../bundle/tensors.ts";

/** How the rows of a word table are kept, and what they mean. Rows are bytes, one after another. */
export interface WordRows {
  /** Writes row number `index` of `rows`, which is the piece `id`'s, as floats into `target` [hidden]. */
  read(rows: Int8Array, index: number, id: number, target: Float64Array): void;
  /**
   * How well pieces of the vocabulary fit a last hidden state, by the table that the embeddings are read from (Press and Wolf 2017):
   * writes `row * state + bias[id]` for the pieces `first`, `first + 1`, ... that `rows` holds.
   *
   * @param state float32 [hidden]
   * @param bias float32 [vocab]
   * @param logits float32 [pieces in rows]
   */
  score(rows: Int8Array, first: number, state: Float32Array, bias: Float32Array, logits: Float32Array): void;
}

const FLOAT16_BYTES = 2;

/** Bytes of a row of the word table. @throws BundleError when the manifest names none */
export function wordRowBytes({ tensors, architecture }: Pick<Manifest, "tensors" | "architecture">): number {
  const { words } = tensors;
  const size = architecture.hidden_size;
  if (words?.dtype === "int8") return size;
  if (words?.dtype === "int4") return size / 2 + (FLOAT16_BYTES * size) / words.group;
  throw new BundleError("The bundle has no word table.");
}

/** The word table's rows as the manifest says that they are. @throws BundleError when a tensor is missing */
export function openWordRows({ float32 }: Tensors, { tensors, architecture }: Manifest): WordRows {
  const { words } = tensors;
  if (words?.dtype === "int4") return int4Rows(architecture.hidden_size, words.group);
  return int8Rows(architecture.hidden_size, float32("words.scale"));
}

/** @param scales float32 [vocab]; the row of piece i means `row * scales[i]` */
export function int8Rows(size: number, scales: Float32Array): WordRows {
  return {
    read(rows, index, id, target) {
      const scale = scales[id] as number;
      for (let i = 0, at = index * size; i < size; i++, at++) target[i] = (rows[at] as number) * scale;
    },
    score(rows, first, state, bias, logits) {
      for (let id = first, at = 0; at < rows.length; id++, at += size) {
        let sum = 0;
        for (let i = 0; i < size; i++) sum += (rows[at + i] as number) * (state[i] as number);
        logits[id - first] = sum * (scales[id] as number) + (bias[id] as number);
      }
    },
  };
}

/** A row's scales lie behind its values, see `tensors` in the manifest. @param group how many values share a scale */
export function int4Rows(size: number, group: number): WordRows {
  const [valueBytes, groupBytes] = [size / 2, group / 2];
  const rowBytes = valueBytes + (FLOAT16_BYTES * size) / group;
  const scalesOf = ({ buffer, byteOffset, length }: Int8Array) => {
    const view = new DataView(buffer, byteOffset, length);
    return (row: number, number: number) => view.getFloat16(row + valueBytes + FLOAT16_BYTES * number, true);
  };
  return {
    read(rows, index, _id, target) {
      const [scaleOf, row] = [scalesOf(rows), index * rowBytes];
      for (let i = 0; i < size; i += 2) {
        const [byte, scale] = [rows[row + i / 2] as number, scaleOf(row, Math.floor(i / group))];
        target[i] = low(byte) * scale;
        target[i + 1] = high(byte) * scale;
      }
    },
    score(rows, first, state, bias, logits) {
      const scaleOf = scalesOf(rows);
      for (let id = first, row = 0; row < rows.length; id++, row += rowBytes) {
        let product = 0;
        for (let number = 0, at = row, i = 0; i < size; number++) {
          let sum = 0;
          for (const end = at + groupBytes; at < end; at++, i += 2) {
            const byte = rows[at] as number;
            sum += low(byte) * (state[i] as number) + high(byte) * (state[i + 1] as number);
          }
          product += sum * scaleOf(row, number);
        }
        logits[id - first] = product + (bias[id] as number);
      }
    },
  };
}

/** The value in the lower half of a signed byte. */
function low(byte: number): number {
  return (byte << 28) >> 28;
}

function high(byte: number): number {
  return byte >> 4;
}
