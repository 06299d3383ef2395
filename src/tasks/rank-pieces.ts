/** The pieces that fit a place best, found while the vocabulary's logits arrive in parts, so that they are never held all at once. */
export interface PieceRanking {
  /** @param logits float32, of the pieces from `first` on */
  take(first: number, logits: Float32Array): void;
  /** Once all have been taken: the best pieces, likeliest first, with their softmax over the whole vocabulary. */
  likeliest(): { id: number; score: number }[];
}

interface Candidate {
  id: number;
  logit: number;
}

/**
 * @param count how many pieces are wanted
 * @param ids the only ones that are, where given
 */
export function rankPieces(count: number, ids: readonly number[] | undefined): PieceRanking {
  const wanted = ids && new Set(ids);
  const best: Candidate[] = [];
  const norm = runningLogSumExp();

  function consider(id: number, logit: number): void {
    if (best.length === count && logit <= (best[count - 1] as Candidate).logit) return;
    let at = best.length;
    while (at > 0 && (best[at - 1] as Candidate).logit < logit) at--;
    best.splice(at, 0, { id, logit });
    if (best.length > count) best.pop();
  }

  return {
    take(first, logits) {
      for (let index = 0; index < logits.length; index++) {
        const logit = logits[index] as number;
        norm.add(logit);
        if (!wanted || wanted.has(first + index)) consider(first + index, logit);
      }
    },
    likeliest: () => best.map(({ id, logit }) => ({ id, score: Math.exp(logit - norm.value()) })),
  };
}

/** log(sum of e^x) over numbers that come one by one, safe for numbers of any size (Milakov and Gimelshein 2018). */
function runningLogSumExp() {
  let largest = Number.NEGATIVE_INFINITY;
  let sum = 0;
  return {
    add(x: number) {
      if (x > largest) {
        sum *= Math.exp(largest - x);
        largest = x;
      }
      sum += Math.exp(x - largest);
    },
    value: () => largest + Math.log(sum),
  };
}
