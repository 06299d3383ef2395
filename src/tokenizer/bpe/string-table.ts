import type { Numbers } from "./tables.ts";

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Maximum number of UTF-8 bytes for one UTF-16 code unit. */
const MAX_BYTES_PER_UNIT = 3;
const FIRST_BYTES = 1 << 16;
const FIRST_NON_ASCII = 0x80;
/** Bytes reserved after the strings of a complete table, for a string that is looked up. The array grows for a longer one. */
const ROOM_BYTES = 1 << 10;

/**
 * Distinct strings, numbered from 0 in the order in which they are added. They are UTF-8 in one byte array, with a hash index over it.
 * A Map of strings takes several times the memory.
 */
export class StringTable {
  #bytes: Uint8Array;
  /** The start of each string, and at the end of the list the end of the last string. */
  readonly #starts: Uint32Array;
  /** Hash index with open addressing. A slot has the number of a string plus one, or 0 if it is free. */
  readonly #slots: Numbers;
  #size: number;

  private constructor(starts: Uint32Array, slots: Numbers, bytes: Uint8Array, size: number) {
    this.#starts = starts;
    this.#slots = slots;
    this.#bytes = bytes;
    this.#size = size;
  }

  /** @param capacity maximum number of strings */
  static empty(capacity: number): StringTable {
    const slots = new Uint32Array(2 ** Math.ceil(Math.log2(1.5 * capacity + 2)));
    return new StringTable(new Uint32Array(capacity + 1), slots, new Uint8Array(FIRST_BYTES), 0);
  }

  /** A complete table from its stored parts. It takes no more strings. The length of `slots` is a power of two. @param text the strings' UTF-8 */
  static of(starts: Uint32Array, slots: Numbers, text: Uint8Array): StringTable {
    const bytes = new Uint8Array(text.length + ROOM_BYTES);
    bytes.set(text);
    return new StringTable(starts, slots, bytes, starts.length - 1);
  }

  get size(): number {
    return this.#size;
  }

  /** The number of a string. Adds the string if it is not there. */
  add(text: string): number {
    const end = this.#write(text);
    const slot = this.#find(end);
    const known = this.#slots[slot] as number;
    if (known > 0) return known - 1;
    this.#slots[slot] = ++this.#size;
    this.#starts[this.#size] = end;
    return this.#size - 1;
  }

  /** The number of a string, or -1 if it is not there. A string with a lone surrogate is never there, because UTF-8 can't encode it. */
  indexOf(text: string): number {
    return text.isWellFormed() ? (this.#slots[this.#find(this.#write(text))] as number) - 1 : -1;
  }

  /** The length of a string in bytes of UTF-8. */
  bytesOf(index: number): number {
    return (this.#starts[index + 1] as number) - (this.#starts[index] as number);
  }

  at(index: number): string {
    return decoder.decode(this.#bytes.subarray(this.#starts[index], this.#starts[index + 1]));
  }

  /** Writes a string after all others. If it is not added then, the next call overwrites it. @returns its end */
  #write(text: string): number {
    const start = this.#starts[this.#size] as number;
    if (start + MAX_BYTES_PER_UNIT * text.length > this.#bytes.length) {
      const larger = new Uint8Array(2 * this.#bytes.length + MAX_BYTES_PER_UNIT * text.length);
      larger.set(this.#bytes);
      this.#bytes = larger;
    }
    for (let i = 0; i < text.length; i++) {
      const unit = text.charCodeAt(i);
      if (unit >= FIRST_NON_ASCII) return start + encoder.encodeInto(text, this.#bytes.subarray(start)).written;
      this.#bytes[start + i] = unit; // Most strings are short and ASCII. For these a loop is faster than the encoder.
    }
    return start + text.length;
  }

  /** The slot of the string that was written last and ends at `end`. If the table lacks it, the free slot where it belongs. */
  #find(end: number): number {
    const start = this.#starts[this.#size] as number;
    let hash = end - start;
    for (let i = start; i < end; i++) hash = Math.imul(hash ^ (this.#bytes[i] as number), 0x01000193);
    const mask = this.#slots.length - 1;
    for (let slot = (hash ^ (hash >>> 15)) & mask; ; slot = (slot + 1) & mask) {
      const number = this.#slots[slot] as number;
      if (number === 0 || this.#isSame(number - 1, start, end)) return slot;
    }
  }

  #isSame(index: number, start: number, end: number): boolean {
    const from = this.#starts[index] as number;
    if (this.bytesOf(index) !== end - start) return false;
    for (let i = start; i < end; i++) if (this.#bytes[from + i - start] !== this.#bytes[i]) return false;
    return true;
  }
}
