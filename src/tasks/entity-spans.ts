/** Words [first, end) that are one entity of the given type. */
export interface EntitySpan {
  first: number;
  end: number;
  label: string;
}

/**
 * The entities of a BIO sequence. An `I-` that does not continue an entity of its type starts a new entity, as in the CoNLL
 * evaluation (Tjong Kim Sang and Buchholz 2000).
 */
export function entitySpans(tags: readonly string[]): EntitySpan[] {
  const spans: EntitySpan[] = [];
  let open: EntitySpan | undefined;
  tags.forEach((tag, word) => {
    if (open && tag === `I-${open.label}`) {
      open.end = word + 1;
      return;
    }
    open = tag === "O" ? undefined : { first: word, end: word + 1, label: tag.slice(2) };
    if (open) spans.push(open);
  });
  return spans;
}
