import { mergeManySymbols } from "./merge-many-symbols.ts";
import { NO_RANK } from "./pair-ranks.ts";

/** Merges of a BPE, over symbols that are numbers. */
export interface Merges {
  /** The rank of merging two symbols, lower is earlier; NO_RANK if they don't merge. */
  rankOf(left: number, right: number): number;
  /** The result of the merge of this rank. */
  mergedSymbol(rank: number): number;
}

export interface MergedSymbols {
  symbols: number[];
  /** How many of the symbols before merging each one covers. */
  lengths: number[];
}

const STALE = -1;

/** Up to this many symbols, checking every pair in each round is faster than a queue of pairs. */
const FEW = 256;

/**
 * Merges symbols. Each round takes the pair of lowest rank and merges it everywhere, from left to right. New pairs from a
 * merge wait for the next round, even if their rank is lower. The cost is O(n log n).
 *
 * @param symbols what is to be merged; overwritten
 * @see Sennrich, Haddow, Birch 2016, "Neural Machine Translation of Rare Words with Subword Units"
 */
export function mergeSymbols(symbols: number[], merges: Merges): MergedSymbols {
  return symbols.length > FEW ? mergeManySymbols(symbols, merges) : mergeFewSymbols(symbols, merges);
}

/** Checks every pair in every round. This is quadratic, but fastest for words of usual length. */
function mergeFewSymbols(symbols: number[], merges: Merges): MergedSymbols {
  let count = symbols.length;
  const lengths = new Array<number>(count).fill(1);
  const ranks = new Array<number>(count).fill(STALE);
  for (;;) {
    let best = NO_RANK;
    for (let i = 0; i < count - 1; i++) {
      if (ranks[i] === STALE) ranks[i] = merges.rankOf(symbols[i] as number, symbols[i + 1] as number);
      const rank = ranks[i] as number;
      if (rank < best) best = rank;
    }
    if (best === NO_RANK) break;
    const merged = merges.mergedSymbol(best);
    let kept = 0;
    for (let i = 0; i < count; i++, kept++) {
      if (ranks[i] === best && i < count - 1) {
        symbols[kept] = merged;
        lengths[kept] = (lengths[i] as number) + (lengths[i + 1] as number);
        ranks[kept] = STALE;
        if (kept > 0) ranks[kept - 1] = STALE;
        i++;
      } else {
        symbols[kept] = symbols[i] as number;
        lengths[kept] = lengths[i] as number;
        ranks[kept] = ranks[i] as number;
      }
    }
    count = kept;
  }
  symbols.length = count;
  lengths.length = count;
  return { symbols, lengths };
}
