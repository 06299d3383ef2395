import { LRUCache } from "lru-cache";
import { BundleError } from "../../bundle/bundle-error.ts";
import { LOAD_PAUSE_MS, MODEL_LOAD_LIMIT_MS, MODEL_WAIT_LIMIT_MS } from "../../limits.ts";
import { TIMED_OUT, within } from "../../within.ts";
import { type Attempts, createAttempts, type Host, type OnFailure } from "./attempts.ts";
import { unavailable } from "./reason.ts";

/** What is to be loaded. */
export interface Load<T> {
  version: string;
  /** The model's id. */
  id: string;
  /** What it is reckoned to hold. */
  bytes: number;
  load: () => Promise<T>;
  onFailure?: OnFailure;
}

interface Held<T> {
  id: string;
  bytes: number;
  /** Undefined while it loads, or once its load was given up. */
  value?: T;
}

/** What this isolate has loaded, by version, within a budget: those that were used least recently make room. */
export interface Loads<T> {
  /**
   * The loaded value. One load of a version runs at a time, for all who ask; after one that failed, the next begins when its pause is over.
   *
   * @throws RequestFailure `model-unavailable` when it could not be loaded, is still being loaded after MODEL_WAIT_LIMIT_MS, or a pause is on
   */
  get(what: Load<T>, host: Host): Promise<T>;
  /** The value, if it is loaded now; counts as a use. */
  held(version: string): T | undefined;
  /** Whether it is loaded now. */
  has(version: string): boolean;
  /** Why the last load of it failed; undefined when it did not. */
  failure(version: string): unknown;
  /** Lets it go; who still uses it may go on. */
  drop(version: string): void;
  /** All that is held or being loaded, last used first. */
  list(): { id: string; version: string; bytes: number; value: T | undefined }[];
}

/** Versions whose failures are remembered. */
const VERSIONS = 32;

/**
 * @param room bytes that all values may hold together; one that exceeds it alone must not be asked for
 * @param most how many values may be held
 */
export function createLoads<T>(room: number, most: number): Loads<T> {
  const held = new LRUCache<string, Held<T>>({ max: most, maxSize: room, sizeCalculation: ({ bytes }) => bytes });
  const attempts = new LRUCache<string, Attempts<T>>({ max: VERSIONS });

  /** Bytes of each load that was started and has not failed or ended, as far as is known. */
  const loading = new Map<string, number>();

  function attemptsOf(version: string): Attempts<T> {
    const known = attempts.get(version);
    if (known) return known;
    const created = createAttempts<T>({
      what: "Loading the model",
      limitMs: MODEL_LOAD_LIMIT_MS,
      pause: LOAD_PAUSE_MS,
    });
    attempts.set(version, created);
    return created;
  }

  /** A load under way, when all that are leave no room for this one: together they would exceed the memory. */
  function loadInTheWay(bytes: number): Promise<T> | undefined {
    const running = [...loading.keys()].map((version) => attempts.peek(version)?.running());
    const taken = [...loading.values()].reduce((sum, each) => sum + each, 0);
    return taken + bytes > room ? running.find((each) => each !== undefined) : undefined;
  }

  async function waitFor<V>(promise: Promise<V>): Promise<V> {
    const value = await within(promise, MODEL_WAIT_LIMIT_MS);
    if (value === TIMED_OUT) throw unavailable(new BundleError("The model is still being loaded."), 0);
    return value;
  }

  async function get(what: Load<T>, host: Host): Promise<T> {
    const { version, id, bytes } = what;
    for (;;) {
      const value = held.get(version)?.value;
      if (value) return value;
      const attempt = attemptsOf(version);
      const running = attempt.running();
      if (running) return await waitFor(running);
      if (attempt.pauseMs() > 0) throw attempt.failure();
      const other = loadInTheWay(bytes);
      if (other)
        await waitFor(other.catch(() => {})); // its failure is not this one's
      else break;
    }
    held.set(version, { id, bytes });
    loading.set(version, bytes);
    const load = async () => {
      const value = await what.load();
      held.set(version, { id, bytes, value });
      loading.delete(version);
      return value;
    };
    return attemptsOf(version).start(host, load, (error, pauseMs) => {
      loading.delete(version);
      if (!held.peek(version)?.value) held.delete(version);
      what.onFailure?.(error, pauseMs);
    });
  }

  return {
    async get(what, host) {
      try {
        return await get(what, host);
      } catch (error) {
        throw unavailable(error, attempts.peek(what.version)?.pauseMs() ?? 0);
      }
    },
    held: (version) => held.get(version)?.value,
    has: (version) => held.peek(version)?.value !== undefined,
    failure: (version) => attempts.peek(version)?.failure(),
    drop: (version) => void held.delete(version),
    list: () => [...held.entries()].map(([version, { id, bytes, value }]) => ({ id, version, bytes, value })),
  };
}
