import type { MergedSymbols, Merges } from "./merge-symbols.ts";
import { PairQueue } from "./pair-queue.ts";
import { NO_RANK } from "./pair-ranks.ts";

/**
 * `mergeSymbols` for long words, in O(n log n), with a linked list of symbols and a queue of their pairs.
 *
 * @param symbols what is to be merged; overwritten
 */
export function mergeManySymbols(symbols: number[], { rankOf, mergedSymbol }: Merges): MergedSymbols {
  const count = symbols.length;
  const next = Int32Array.from(symbols, (_, place) => place + 1); // `count` behind the last
  const previous = Int32Array.from(symbols, (_, place) => place - 1); // -1 before the first
  // The rank of the pair that begins at a place; NO_RANK too where the symbol has become part of the one before it.
  const ranks = new Int32Array(count).fill(NO_RANK);
  const queue = new PairQueue(count, 3 * count); // a pair for each place, and two for each merge

  /** Ranks the pair that begins at `place` anew, and queues it. */
  const rankPair = (place: number) => {
    const right = next[place] as number;
    const rank = right < count ? rankOf(symbols[place] as number, symbols[right] as number) : NO_RANK;
    ranks[place] = rank;
    if (rank !== NO_RANK) queue.add(rank, place);
  };

  for (let place = 0; place < count; place++) rankPair(place);
  while (queue.size > 0) {
    const best = queue.leastRank();
    const changed: number[] = [];
    while (queue.size > 0 && queue.leastRank() === best) {
      const place = queue.take();
      if (ranks[place] !== best) continue; // one of its symbols has been merged since
      const right = next[place] as number;
      const behind = next[right] as number;
      const before = previous[place] as number;
      symbols[place] = mergedSymbol(best);
      next[place] = behind;
      if (behind < count) previous[behind] = place;
      ranks[place] = NO_RANK;
      ranks[right] = NO_RANK;
      if (before >= 0) {
        ranks[before] = NO_RANK;
        changed.push(before);
      }
      changed.push(place);
    }
    // After the round, so that no new pair is merged in the same round.
    for (const place of changed) rankPair(place);
  }

  const merged: MergedSymbols = { symbols: [], lengths: [] };
  for (let place = 0; place < count; place = next[place] as number) {
    merged.symbols.push(symbols[place] as number);
    merged.lengths.push((next[place] as number) - place);
  }
  return merged;
}
