/** Finds the best pieces for a place while the vocabulary's logits arrive in parts, so that they are never all in memory. */
export interface PieceRanking {
  /** @param logits float32, of the pieces from `first` on */
  take(first: number, logits: Float32Array): void;
  /** Call it after all parts. @returns the best pieces, most likely first, with their softmax over the whole vocabulary */
  likeliest(): { id: number; score: number }[];
}

interface Candidate {
  id: number;
  logit: number;
}

/**
 * @param count number of pieces to find
 * @param ids if given, only these pieces are ranked
 */
export function rankPieces(count: number, ids: readonly number[] | undefined): PieceRanking {
  const wanted = ids && new Set(ids);
  const best: Candidate[] = [];
  const norm = runningLogSumExp();
  /** The logit that a piece must exceed. */
  const bar = () => (best.length < count ? Number.NEGATIVE_INFINITY : (best[count - 1] as Candidate).logit);

  function insert(id: number, logit: number): void {
    let at = best.length;
    while (at > 0 && (best[at - 1] as Candidate).logit < logit) at--;
    best.splice(at, 0, { id, logit });
    if (best.length > count) best.pop();
  }

  return {
    take(first, logits) {
      norm.add(logits);
      let least = bar();
      for (let index = 0; index < logits.length; index++) {
        if ((logits[index] as number) <= least || wanted?.has(first + index) === false) continue;
        insert(first + index, logits[index] as number);
        least = bar();
      }
    },
    likeliest: () => best.map(({ id, logit }) => ({ id, score: Math.exp(logit - norm.value()) })),
  };
}

/**
 * log(sum of e^x) over numbers that arrive in parts, safe for numbers of any size (Milakov and Gimelshein 2018). Its state is
 * written once a part, because V8 allocates a number at each write.
 */
function runningLogSumExp() {
  let largest = Number.NEGATIVE_INFINITY;
  let sum = 0;
  return {
    add(part: Float32Array) {
      let most = largest;
      for (let i = 0; i < part.length; i++) most = Math.max(most, part[i] as number);
      let powers = 0;
      for (let i = 0; i < part.length; i++) powers += Math.exp((part[i] as number) - most);
      sum = sum * Math.exp(largest - most) + powers;
      largest = most;
    },
    value: () => largest + Math.log(sum),
  };
}
