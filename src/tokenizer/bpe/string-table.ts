const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** UTF-8 takes at most this many bytes for a UTF-16 code unit. */
const MAX_BYTES_PER_UNIT = 3;
const FIRST_BYTES = 1 << 16;
const FIRST_NON_ASCII = 0x80;

/**
 * Distinct strings, numbered from 0 in the order of their coming: UTF-8 in one byte array and a hash index over it.
 * A Map of strings holds several times as much.
 */
export class StringTable {
  #bytes = new Uint8Array(FIRST_BYTES);
  /** Where each string begins; one more for where the last one ends. */
  readonly #starts: Int32Array;
  /** Open addressing: the number of a string plus one, 0 where there is none. */
  readonly #slots: Int32Array;
  #size = 0;

  /** @param capacity how many strings it will hold at most */
  constructor(capacity: number) {
    this.#starts = new Int32Array(capacity + 1);
    this.#slots = new Int32Array(2 ** Math.ceil(Math.log2(1.5 * capacity + 2)));
  }

  get size(): number {
    return this.#size;
  }

  /** The number of a string, which it gets now if it has none. */
  add(text: string): number {
    const end = this.#write(text);
    const slot = this.#find(end);
    const known = this.#slots[slot] as number;
    if (known > 0) return known - 1;
    this.#slots[slot] = ++this.#size;
    this.#starts[this.#size] = end;
    return this.#size - 1;
  }

  /** The number of a string, -1 if it is not there, as no string with a lone surrogate is: UTF-8 has none. */
  indexOf(text: string): number {
    return text.isWellFormed() ? (this.#slots[this.#find(this.#write(text))] as number) - 1 : -1;
  }

  /** How many bytes of UTF-8 a string has. */
  bytesOf(index: number): number {
    return (this.#starts[index + 1] as number) - (this.#starts[index] as number);
  }

  at(index: number): string {
    return decoder.decode(this.#bytes.subarray(this.#starts[index], this.#starts[index + 1]));
  }

  /** Writes a string behind all others, where it stays if nothing comes after it, and returns its end. */
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
      this.#bytes[start + i] = unit; // most strings are short and ASCII, for which the encoder is a long way round
    }
    return start + text.length;
  }

  /** The slot of the string that was written last and ends at `end`, or the free one where it would be. */
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
