/** Where a command tells how far it is. */
export interface Progress {
  /** A line that stays. */
  line(text: string): void;
  /** What is under way: shown on a terminal only, until the next call. */
  step(text: string): void;
}

/** Prints lines to standard output; on a terminal the current step stands below them. */
export function consoleProgress(): Progress {
  const clear = () => process.stderr.isTTY && process.stderr.write("\r\x1b[2K");
  return {
    line(text) {
      clear();
      console.log(text);
    },
    step(text) {
      if (clear()) process.stderr.write(text);
    },
  };
}

/** Tells nobody. */
export const silent: Progress = { line() {}, step() {} };

/** `1234567` as `1,234,567 bytes`. */
export function formatBytes(bytes: number): string {
  return `${bytes.toLocaleString("en")} bytes`;
}

/** The first digits of a SHA-256, enough to recognize a version by. */
export function short(sha256: string): string {
  return sha256.slice(0, 12);
}
