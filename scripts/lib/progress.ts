/** The progress output of a command. */
export interface Progress {
  /** Prints a permanent line. */
  line(text: string): void;
  /** Shows the current step until the next call, on a terminal only. */
  step(text: string): void;
}

/** Prints lines to standard output. On a terminal, the current step is below them. */
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

/** Prints nothing. */
export const silent: Progress = { line() {}, step() {} };

/** Formats `1234567` as `1,234,567 bytes`. */
export function formatBytes(bytes: number): string {
  return `${bytes.toLocaleString("en")} bytes`;
}

/** The first digits of a SHA-256, enough to recognize a version. */
export function short(sha256: string): string {
  return sha256.slice(0, 12);
}
