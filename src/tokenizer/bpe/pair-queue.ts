/**
 * A queue of symbol pairs to merge: lowest rank first, pairs of the same rank from left to right. It is a binary heap in one typed
 * array, with one number for each pair.
 */
export class PairQueue {
  readonly #places: number;
  readonly #heap: Float64Array;
  #size = 0;

  /**
   * @param places number of places; a pair is identified by the place where it begins
   * @param capacity maximum number of pairs that are added
   */
  constructor(places: number, capacity: number) {
    this.#places = places;
    this.#heap = new Float64Array(capacity);
  }

  get size(): number {
    return this.#size;
  }

  add(rank: number, place: number): void {
    const heap = this.#heap;
    const key = rank * this.#places + place;
    let at = this.#size++;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if ((heap[parent] as number) <= key) break;
      heap[at] = heap[parent] as number;
      at = parent;
    }
    heap[at] = key;
  }

  /** The rank of the first pair. */
  leastRank(): number {
    return Math.floor((this.#heap[0] as number) / this.#places);
  }

  /** Removes the first pair and returns its place. */
  take(): number {
    const heap = this.#heap;
    const first = heap[0] as number;
    const key = heap[--this.#size] as number;
    let at = 0;
    for (let child = 1; child < this.#size; child = 2 * at + 1) {
      if (child + 1 < this.#size && (heap[child + 1] as number) < (heap[child] as number)) child++;
      if ((heap[child] as number) >= key) break;
      heap[at] = heap[child] as number;
      at = child;
    }
    heap[at] = key;
    return first % this.#places;
  }
}
