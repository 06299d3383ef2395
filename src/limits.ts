/** Every limit of the service, its unit in the name. */

/** A tweet has 280 characters, a long review 14,000; beyond this nobody means one text. */
export const MAX_TEXT_UTF16_UNITS = 20_000;

/** One text, one run: 64 of them take well under a second of CPU. */
export const MAX_BATCH_TEXTS = 64;

/** Room for a full batch of long tweets in escaped JSON, far below what would strain an isolate of 128 MB. */
export const MAX_BODY_BYTES = 1_048_576;

/** A load takes well under a second; one that takes this long has lost its connection to R2. */
export const MODEL_LOAD_LIMIT_MS = 15_000;

/** How long a request waits for a load that another one started: that one may have ended and taken its I/O along. */
export const MODEL_WAIT_LIMIT_MS = 5_000;

/** How old an isolate's knowledge of the current model version may get. */
export const POINTER_TTL_MS = 60_000;

/** How long a client or CDN may use an answer without asking again. A new model shows after this at the latest. */
export const ANSWER_MAX_AGE_SECONDS = 3_600;

/** How long after that it may still be shown while a fresh one is fetched. */
export const ANSWER_STALE_SECONDS = 86_400;

/** How long the Cache API keeps an answer. Its key holds the model version, so age alone never makes it wrong. */
export const CACHE_API_MAX_AGE_SECONDS = 604_800;

/** What a client is told to wait when the model could not be loaded. */
export const RETRY_AFTER_SECONDS = 2;
