const WIDTH = 24;

/**
 * A bar with the rows, their rate and the time that is left.
 *
 * @param before rows that an earlier run has done
 * @returns the line that tells of so many rows
 */
export function pace(total: number, before: number, now: () => number = Date.now) {
  const startedAt = now();
  return (rows: number, bad: number): string => {
    const perSecond = (1_000 * (rows - before)) / Math.max(1, now() - startedAt);
    const filled = Math.floor((WIDTH * rows) / Math.max(1, total));
    const bar = `[${"#".repeat(filled).padEnd(WIDTH, "-")}]`;
    const left = perSecond > 0 ? `, ${duration((total - rows) / perSecond)} left` : "";
    const counted = `${rows.toLocaleString("en")} of ${total.toLocaleString("en")} rows`;
    return `${bar} ${counted}, ${perSecond.toFixed(1)} a second${left}${bad > 0 ? `, ${bad.toLocaleString("en")} bad` : ""}`;
  };
}

/** Seconds as `45 s`, `3 min 20 s` or `2 h 5 min`. */
export function duration(seconds: number): string {
  const whole = Math.ceil(seconds);
  if (whole < 60) return `${whole} s`;
  const minutes = Math.floor(whole / 60);
  return minutes < 60 ? `${minutes} min ${whole % 60} s` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
