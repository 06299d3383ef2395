/** A part of a text, with its span if it has one. */
export interface Stretch<T> {
  text: string;
  about: T | undefined;
}

/** Cuts `text` at the borders of the spans. If two spans overlap, the first one is kept. */
export function cutAtSpans<T extends { start: number; end: number }>(text: string, spans: readonly T[]): Stretch<T>[] {
  const stretches: Stretch<T>[] = [];
  let at = 0;
  for (const span of spans.toSorted((a, b) => a.start - b.start)) {
    if (span.start < at) continue;
    if (span.start > at) stretches.push({ text: text.slice(at, span.start), about: undefined });
    stretches.push({ text: text.slice(span.start, span.end), about: span });
    at = span.end;
  }
  if (at < text.length) stretches.push({ text: text.slice(at), about: undefined });
  return stretches;
}
