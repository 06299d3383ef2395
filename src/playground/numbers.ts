/** A share (0 to 1) in percent. */
export function percent(share: number): string {
  return `${(100 * share).toFixed(1)}\u2009%`;
}

/** A difference of two shares, in percentage points. */
export function points(difference: number): string {
  return `${difference > 0 ? "+" : "\u2212"}${Math.abs(100 * difference).toFixed(1)}`;
}

export function milliseconds(duration: number): string {
  return `${duration < 10 ? duration.toFixed(1) : Math.round(duration)}\u2009ms`;
}
