import { LRUCache } from "lru-cache";
import { BundleError } from "../../bundle/bundle-error.ts";
import { LOAD_PAUSE_MS, MODEL_LOAD_LIMIT_MS, MODEL_WAIT_LIMIT_MS } from "../../limits.ts";
import { TIMED_OUT, within } from "../../within.ts";
import { type Attempts, createAttempts, type Host, type OnFailure } from "./attempts.ts";
import { unavailable } from "./reason.ts";

/** A value to load. */
export interface Load<T> {
  version: string;
  /** The model's id. */
  id: string;
  /** Its estimated memory. */
  bytes: number;
  load: () => Promise<T>;
  onFailure?: OnFailure;
}

interface Held<T> {
  id: string;
  bytes: number;
  /** Undefined while it loads, and after its load has failed. */
  value?: T;
}

/** The loaded values of this isolate by version, within a budget. The least recently used values make room for new ones. */
export interface Loads<T> {
  /**
   * The loaded value. One load of a version runs at a time, for all callers. After a failed load, the next one begins when the pause is over.
   *
   * @throws RequestFailure `model-unavailable` if the load fails, takes longer than MODEL_WAIT_LIMIT_MS, or must wait for a pause
   */
  get(what: Load<T>, host: Host): Promise<T>;
  /** The value, if it is loaded. This counts as a use. */
  held(version: string): T | undefined;
  /** The same without counting. */
  peek(version: string): T | undefined;
  /** Whether the value is loaded. This does not count as a use. */
  has(version: string): boolean;
  /** Why the last load failed; undefined if it did not fail. */
  failure(version: string): unknown;
  /** Releases the value. Callers that still use it may continue. */
  drop(version: string): void;
  /** All values that are held or being loaded, most recently used first. */
  list(): { id: string; version: string; bytes: number; value: T | undefined }[];
}

/** Remembered versions, including those whose load failed. */
const VERSIONS = 32;

/**
 * @param room bytes for all values together; callers must not ask for a value that exceeds it alone
 * @param most maximum number of values
 */
export function createLoads<T>(room: number, most: number): Loads<T> {
  const held = new LRUCache<string, Held<T>>({ max: most, maxSize: room, sizeCalculation: ({ bytes }) => bytes });
  const attempts = new LRUCache<string, Attempts<T>>({ max: VERSIONS });

  /** Bytes of each load that was started and is not known to have ended. */
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

  /** One of the running loads, if together they leave no room for this one. */
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
        await waitFor(other.catch(() => {})); // the failure of another load does not matter here
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
    peek: (version) => held.peek(version)?.value,
    has: (version) => held.peek(version)?.value !== undefined,
    failure: (version) => attempts.peek(version)?.failure(),
    drop: (version) => void held.delete(version),
    list: () => [...held.entries()].map(([version, { id, bytes, value }]) => ({ id, version, bytes, value })),
  };
}
