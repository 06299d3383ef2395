/** Every limit of the service, its unit in the name. */

/** A tweet has 280 characters, a long review 14,000; beyond this nobody means one text. */
export const MAX_TEXT_UTF16_UNITS = 20_000;

/** One text, one run: 64 of them take well under a second of CPU. */
export const MAX_BATCH_TEXTS = 64;

/** Features are numbers for every token: a text of 128 tokens has 0.5 MB of them in JSON. */
export const MAX_FEATURE_TEXTS = 8;

/** Far more words than fit a text of the longest kind. */
export const MAX_TOKENS_GIVEN = 4_096;

/** For each the whole vocabulary is scored, 64,000 rows of a BERTweet-base; a sentence with more gaps says too little to fill them. */
export const MAX_MASKS = 8;

/** A fill-mask request scores a handful of words; the whole vocabulary is what top_k is for. */
export const MAX_TARGETS = 64;

/** A target is one piece of the vocabulary, the longest of which has 36; it may be written longer, as a URL is. */
export const MAX_TARGET_UTF16_UNITS = 256;

/** Names of models, tasks, tag sets and labels have 30 at most. */
export const MAX_NAME_UTF16_UNITS = 128;

/** How many errors of a request are listed; beyond them their number is told. */
export const MAX_INPUT_ERRORS = 50;

/** More tasks than any model has. */
export const MAX_TASKS = 32;

/** A line of a stream: one text of the longest kind in escaped JSON, every character a six-byte escape. */
export const MAX_LINE_BYTES = 131_072;

/** Room for a full batch of long tweets in escaped JSON, far below what would strain an isolate of 128 MB. */
export const MAX_BODY_BYTES = 1_048_576;

/** How long a client may take to send a body of that size: 35 kB a second is slower than any phone. */
export const BODY_LIMIT_MS = 30_000;

/** Passes of the encoder that one request may ask for, whichever shape it comes in: a full batch of tweets. */
export const MAX_WINDOWS_PER_REQUEST = 64;

/** Predictions of masks that one request may ask for, over all of its texts and masks. */
export const MAX_PREDICTIONS_PER_REQUEST = 1_000;

/** What scoring the vocabulary for one mask costs beside encoding, in tokens: 32,000 rows of 384 take about as long as this many. */
export const MASK_COST_TOKENS = 32;

/** The size by which a body is judged before it is read: a request that would be refused with this many tokens is refused unread. */
export const SHORT_TEXT_TOKENS = 16;

/** How long a line of a stream may wait for its turn: streams take what requests leave over. */
export const STREAM_LINE_WAIT_MS = 30_000;

/** What a token takes until this isolate has measured it; a slow engine's figure, so that a fresh isolate rather refuses. */
export const FIRST_MS_PER_TOKEN = 1;

/** Passes that run at once where layers live in several isolates: each holds its hidden states. */
export const MAX_RUNNING_PASSES = 8;

/** How often a request that waits for its turn looks whether its client is still there. */
export const QUEUE_POLL_MS = 100;

/** The same of a request that has its turn: rows of the word table may have to be fetched, layers run elsewhere. */
export const PASS_STALE_MS = 20_000;

/** A request in the queue that has not looked for so long is passed over until it does. */
export const QUEUE_SILENCE_MS = 1_000;

/** A place in the queue whose request has not been seen for so long is given up. */
export const QUEUE_STALE_MS = 3_000;

/** A load takes well under a second; one that takes this long has lost its connection to R2 and counts as failed. */
export const MODEL_LOAD_LIMIT_MS = 15_000;

/** How long a request waits for a load that another one started. */
export const MODEL_WAIT_LIMIT_MS = 5_000;

/** How often a computation that others wait for shows that it is alive; two beats missed, and they compute for themselves. */
export const FLIGHT_BEAT_MS = 500;

/** Pauses after a load that failed: the first, and how long they grow. */
export const LOAD_PAUSE_MS = { first: 1_000, most: 60_000 };

/** How long R2 may take to answer, or to send the next part of a file. */
export const R2_READ_LIMIT_MS = 5_000;

/** How long reading a pointer may take, which is a few bytes. */
export const POINTER_READ_LIMIT_MS = 2_000;

/** Pauses after a pointer could not be read again, while the last known version goes on answering. */
export const REFRESH_PAUSE_MS = { first: 1_000, most: 300_000 };

/** From a new manifest to a version that has proven itself, all files being read twice where two versions don't fit. */
export const PROOF_LIMIT_MS = 60_000;

/** Pauses before a version that failed is tried again. Each try reads its files. */
export const PROOF_PAUSE_MS = { first: 10_000, most: 300_000 };

/** The manifest of BERTweet-mini with its fourteen tasks has 20 kB. */
export const MAX_MANIFEST_BYTES = 1_048_576;

/** How old an isolate's knowledge of the current model version may get. */
export const POINTER_TTL_MS = 60_000;

/** How long a client or CDN may use an answer without asking again. A new model shows after this at the latest. */
export const ANSWER_MAX_AGE_SECONDS = 3_600;

/** How long after that it may still be shown while a fresh one is fetched. */
export const ANSWER_STALE_SECONDS = 86_400;

/** How long while a canary runs: it may be stopped at any time, and its answers should be gone soon after. */
export const CANARY_MAX_AGE_SECONDS = 60;

/** How long the Cache API keeps an answer. Its key holds the model version, so age alone never makes it wrong. */
export const CACHE_API_MAX_AGE_SECONDS = 604_800;

/** How long the Cache API may take to find an answer; computing a short text takes about as long. */
export const CACHE_READ_LIMIT_MS = 500;

/** Answers an isolate keeps beside the Cache API, which is a wait: a thousand predictions and more, in a megabyte at most. */
export const RECENT_ANSWERS_UTF16_UNITS = 524_288;

/** The longest of them: features of a whole text would push hundreds of predictions out. */
export const RECENT_ANSWER_UTF16_UNITS = 16_384;

/** How long a client or CDN may use the OpenAPI document; a deployment changes it. */
export const DOCUMENT_MAX_AGE_SECONDS = 300;

/** What a client is told to wait when the model could not be loaded. */
export const RETRY_AFTER_SECONDS = 2;

/** Over how long requests are counted; the period of the rate limit in wrangler.toml, which knows 10 and 60. */
export const RATE_LIMIT_PERIOD_SECONDS = 60;

/** A key has 64 characters if it is made as docs/access.md says; a longer one than this is refused unhashed. */
export const MAX_KEY_UTF16_UNITS = 512;

/** Keys that an isolate knows again without hashing them. */
export const REMEMBERED_KEYS = 256;

/** Networks that are barred at once for their wrong keys; beyond them those barred first are counted again. */
export const BARRED_NETWORKS = 4_096;

/** How long a browser may act on one preflight; Chromium keeps none for longer. */
export const PREFLIGHT_MAX_AGE_SECONDS = 7_200;

/**
 * What an isolate holds beside its model, by `npm run memory`: 5 MB of the Worker's code, and what waits for the collector. Eight requests at
 * once that fill a BERTweet-base's masks leave most: 16 MB in the heap, where V8 lets young objects lie, and 7 MB of buffers.
 */
export const ISOLATE_BYTES = 30 * 2 ** 20;

/** A file is streamed through a buffer of this size: few turns for a large one, and nothing beside a model. */
export const STREAMED_PART_BYTES = 262_144;

/** Embedding rows that are scored at once where a mask is filled: some hundred kilobytes where they come from the bucket. */
export const WORD_ROWS_AT_ONCE = 256;

/** Embedding rows of rare pieces that are kept once fetched: 1.5 MB of BERTweet-base. */
export const FETCHED_WORD_ROWS = 2_048;

/** Between two log lines of one kind that clients can cause at will, so that a flood of requests is no flood of lines. */
export const LOG_PAUSE_MS = 1_000;

/** Label sets that one metric of `/metrics` counts apart; those beyond are counted together as "other". */
export const MAX_METRIC_SERIES = 500;

/** Events of the model that wait for the next request to write their data points; further ones stand in the log alone. */
export const MAX_PENDING_EVENTS = 32;
