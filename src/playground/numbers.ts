/** A share of one, in per cent. */
export function percent(share: number): string {
  return `${(100 * share).toFixed(1)}\u2009%`;
}

export function milliseconds(duration: number): string {
  return `${duration < 10 ? duration.toFixed(1) : Math.round(duration)}\u2009ms`;
}
