/** Whether a tag set is BIO: `O`, and for each type `B-` for its first word and `I-` for the others (Ramshaw and Marcus 1995). */
export function isBio(labels: readonly string[]): boolean {
  return labels.includes("O") && labels.every((label) => label === "O" || /^[BI]-./.test(label));
}

/**
 * The most probable sequence of tags in which an `I-` follows only a tag of its own type. It is found with the Viterbi
 * algorithm. The tagger's probabilities of different words count as independent.
 *
 * @param probabilities of each word, one a label
 * @returns the index of a label for each word
 */
export function decodeBio(probabilities: readonly Float32Array[], labels: readonly string[]): number[] {
  const starts = labels.map((label) => !label.startsWith("I-"));
  const follows = labels.map((before) =>
    labels.map((after, index) => starts[index] || before.slice(2) === after.slice(2)),
  );
  let best: number[] = labels.map((_, label) => (starts[label] ? 0 : Number.NEGATIVE_INFINITY));
  const cameFrom: number[][] = [];
  probabilities.forEach((word, position) => {
    const reached = labels.map((_, label) => {
      if (position === 0) return label;
      let from = 0;
      for (let before = 0; before < labels.length; before++) {
        const better = (best[before] as number) > (best[from] as number) || !follows[from]?.[label];
        if (follows[before]?.[label] && better) from = before;
      }
      return from;
    });
    best = reached.map((from, label) => (best[from] as number) + Math.log(word[label] as number));
    cameFrom.push(reached);
  });
  const path: number[] = [];
  let label = best.reduce((high, score, index) => (score > (best[high] as number) ? index : high), 0);
  for (let position = probabilities.length - 1; position >= 0; position--) {
    path[position] = label;
    label = cameFrom[position]?.[label] as number;
  }
  return path;
}
