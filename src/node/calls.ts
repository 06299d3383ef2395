/** What a thread asks the main thread, which alone sees all of them. Only values that can be copied from thread to thread go over. */
export interface MainCalls {
  /** Counts a request of a client. @returns whether it is within the limit */
  limit(key: string): boolean;
  /** A kept answer. */
  find(url: string): string | undefined;
  keep(url: string, body: string): void;
}

/** What the main thread asks a thread. */
export interface ThreadCalls {
  /** Loads the first model. @returns why it can't be had; undefined if it answers now */
  load(): Promise<string | undefined>;
  /** From now on these variables hold. */
  configure(variables: Record<string, string>): void;
  /** Answers as soon as the thread has a moment. */
  ping(): void;
}

/** What a thread is started with. */
export interface ThreadSettings {
  /** Folders or URLs of bundles. The first is the default model. */
  bundles: string[];
  /** The socket on which the thread serves HTTP. */
  socketPath: string;
  /** By their names in wrangler.toml, and secrets. */
  variables: Record<string, string>;
}
