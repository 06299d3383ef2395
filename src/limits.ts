/** Every limit of the service, with its unit in the name. Those of jobs are in job-limits.ts. */

/** Length of a text. A tweet has 280 characters, a long review 14,000. */
export const MAX_TEXT_UTF16_UNITS = 20_000;

/** Texts of one request. Each text is one run of the encoder; 64 tweets take well under a second of CPU. */
export const MAX_BATCH_TEXTS = 64;

/** Far more words than fit a text of the longest kind. */
export const MAX_TOKENS_GIVEN = 4_096;

/** Masks of a text. Each mask scores the whole vocabulary, 64,000 rows in BERTweet-base. More gaps than this leave too little context to fill them. */
export const MAX_MASKS = 8;

/** Words of an explanation. Each word takes a pass of the encoder. A tweet has some 20 words, and rarely more than 60. */
export const MAX_EXPLAINED_WORDS = 64;

/** Words in `targets` of a fill-mask request. Usual requests have a handful; for the whole vocabulary there is `top_k`. */
export const MAX_TARGETS = 64;

/** Length of a target. It stands for one vocabulary piece, at most 36 long, but it may be longer before normalization, like a URL. */
export const MAX_TARGET_UTF16_UNITS = 256;

/** Length of a name in a request. Names of models, tasks, tag sets and labels have at most 30. */
export const MAX_NAME_UTF16_UNITS = 128;

/** Errors that a problem lists. If there are more, it gives their number. */
export const MAX_INPUT_ERRORS = 50;

/** Tasks of an `analyze` request. No model has so many. */
export const MAX_TASKS = 32;

/** Paths whose routes an isolate remembers. A service uses fewer, and each takes a few hundred bytes. */
export const REMEMBERED_PATHS = 256;

/** Length of a method and a path that are remembered. Names of usual lengths fit. */
export const MAX_REMEMBERED_PATH_UTF16_UNITS = 256;

/** A line of a stream: room for the longest text in JSON with every character as a six-byte escape. */
export const MAX_LINE_BYTES = 131_072;

/** Length of the id of a line: room for a usual URL or a key of a database. */
export const MAX_LINE_ID_UTF16_UNITS = 256;

/** Room for a full batch of long tweets in escaped JSON. This is small beside an isolate's 128 MB. */
export const MAX_BODY_BYTES = 1_048_576;

/** How long a client may take to send such a body. 35 kB a second is slower than any phone. */
export const BODY_LIMIT_MS = 30_000;

/** Passes of the encoder that one request may ask for, on every route. A full batch of tweets needs so many. */
export const MAX_WINDOWS_PER_REQUEST = 64;

/** Mask predictions that one request may ask for, over all of its texts and masks. */
export const MAX_PREDICTIONS_PER_REQUEST = 1_000;

/** Cost of scoring the vocabulary for one mask, in tokens of encoding. Scoring 32,000 rows of 384 takes about as long. */
export const MASK_COST_TOKENS = 32;

/** Assumed tokens of a request whose body is not read yet. If the queue has no room for so many, the request is refused unread. */
export const SHORT_TEXT_TOKENS = 16;

/** How long a line of a stream may wait for its turn. Long, because requests go before streams. */
export const STREAM_LINE_WAIT_MS = 30_000;

/** Assumed time per token until this isolate has measured it. A slow engine's figure, so that a fresh isolate refuses too much rather than too little. */
export const FIRST_MS_PER_TOKEN = 1;

/** Passes that run at once if the layers are in several isolates. Each pass holds its hidden states. */
export const MAX_RUNNING_PASSES = 8;

/** How often a waiting request checks that its client is still connected. */
export const QUEUE_POLL_MS = 100;

/** A request that has its turn and gives no sign of life for so long loses it. Long, because it may fetch word rows or wait for layers in other isolates. */
export const PASS_STALE_MS = 20_000;

/** A waiting request that gives no sign of life for so long is skipped until it gives one. */
export const QUEUE_SILENCE_MS = 1_000;

/** A waiting request that gives no sign of life for so long is removed from the queue. */
export const QUEUE_STALE_MS = 3_000;

/** A load that takes so long counts as failed: it has lost its connection to R2. A usual load takes well under a second. */
export const MODEL_LOAD_LIMIT_MS = 15_000;

/** How long a request waits for a load that another one started. */
export const MODEL_WAIT_LIMIT_MS = 5_000;

/** Interval of a computation's heartbeats. If two are missing, the requests that wait for it compute the answer themselves. */
export const FLIGHT_BEAT_MS = 500;

/** Pauses after a failed load: the first and the longest. */
export const LOAD_PAUSE_MS = { first: 1_000, most: 60_000 };

/** How long R2 may take to answer, or to send the next part of a file. */
export const R2_READ_LIMIT_MS = 5_000;

/** How long R2 may take to read a pointer, which has a few bytes. */
export const POINTER_READ_LIMIT_MS = 2_000;

/** Pauses after a failed read of a known pointer. Meanwhile the last known version answers. */
export const REFRESH_PAUSE_MS = { first: 1_000, most: 300_000 };

/** Time from a new manifest to a version that has given its golden answers. All files are read twice if two versions don't fit into memory. */
export const PROOF_LIMIT_MS = 60_000;

/** Pauses before a version that failed is tried again. Each try reads its files. */
export const PROOF_PAUSE_MS = { first: 10_000, most: 300_000 };

/** Size of a manifest. The manifest of bertweet-mini, with fourteen tasks, has 20 kB. */
export const MAX_MANIFEST_BYTES = 1_048_576;

/** After how long an isolate reads the pointer to the current version again. */
export const POINTER_TTL_MS = 60_000;

/** How long a client or CDN may use an answer without revalidation. */
export const ANSWER_MAX_AGE_SECONDS = 3_600;

/** How long after that it may still use the answer while it revalidates (stale-while-revalidate). */
export const ANSWER_STALE_SECONDS = 86_400;

/** The same during a canary. A canary may stop at any time, and its answers should leave the caches soon after. */
export const CANARY_MAX_AGE_SECONDS = 60;

/** How long the Cache API keeps an answer or a blob. Its key includes the model version or the content's hash, so an old entry is never wrong. */
export const CACHE_API_MAX_AGE_SECONDS = 604_800;

/** How long a lookup in the Cache API may take. Instead, an answer can be computed, and a blob can be read from the bucket. */
export const CACHE_READ_LIMIT_MS = 500;

/** Valid requests by GET that an isolate remembers, by their URL: validating one takes as long as all else that a hit takes. */
export const KNOWN_REQUESTS = 256;

/** The longest URL of them. With 256 of these, the requests take a megabyte at most. */
export const KNOWN_REQUEST_UTF16_UNITS = 1_024;

/** Answers that an isolate keeps in memory, because the Cache API takes time. More than a thousand predictions, in at most a megabyte. */
export const RECENT_ANSWERS_UTF16_UNITS = 524_288;

/** The longest answer kept in memory. The features of one text would evict hundreds of predictions. */
export const RECENT_ANSWER_UTF16_UNITS = 16_384;

/** Questions whose hashes an isolate remembers: a thousand tweets with their options, in half a megabyte at most. */
export const RECENT_QUESTIONS_UTF16_UNITS = 262_144;

/** The longest of them. For a longer question the hash is a small part of the work. */
export const RECENT_QUESTION_UTF16_UNITS = 2_048;

/** How long a client or CDN may use the OpenAPI document. A deployment may change it. */
export const DOCUMENT_MAX_AGE_SECONDS = 300;

/** `Retry-After` when the model could not be loaded. */
export const RETRY_AFTER_SECONDS = 2;

/** The `period` of the rate limit in wrangler.toml, 10 or 60. */
export const RATE_LIMIT_PERIOD_SECONDS = 60;

/** Length of an access key. A longer one is refused without hashing. Keys made as docs/access.md says have 64. */
export const MAX_KEY_UTF16_UNITS = 512;

/** Accepted keys that an isolate remembers, so that it need not hash them again. */
export const REMEMBERED_KEYS = 256;

/** Networks blocked for wrong keys that an isolate remembers. If there are more, it forgets those blocked first. */
export const BARRED_NETWORKS = 4_096;

/** How long a browser may cache a preflight. Chromium's maximum. */
export const PREFLIGHT_MAX_AGE_SECONDS = 7_200;

/**
 * What an isolate holds beside its model, measured by `npm run memory`: 5 MB of the Worker's code, and garbage. The most garbage comes from eight requests at
 * once that fill masks with BERTweet-base: 18 MB in the heap, where V8 collects young objects late, and 3 MB of buffers.
 */
export const ISOLATE_BYTES = 29 * 2 ** 20;

/** Buffer through which a file is streamed: large enough for few turns of the event loop, small beside a model. */
export const STREAMED_PART_BYTES = 262_144;

/** Embedding rows that fill-mask scores at once. Rows from the bucket take some hundred kilobytes. */
export const WORD_ROWS_AT_ONCE = 256;

/** Pause after a load before the rest of the word table is read. It leaves the isolate to the requests that waited for the model. */
export const AFTER_LOAD_MS = 100;

/** Size of the parts in which the word table is read into memory. Each part is checked, then copied to its place. */
export const WORD_BYTES_AT_ONCE = 1_048_576;

/** Parallel reads of embedding rows. A request may wait for so many connections at the same time. */
export const WORD_READS_AT_ONCE = 6;

/** Rows of the word table within this distance share a read, because reading further takes less time than another request to the bucket. */
export const NEAR_WORD_BYTES = 65_536;

/** Fetched embedding rows of rare pieces that an isolate keeps: 1.5 MB for BERTweet-base. */
export const FETCHED_WORD_ROWS = 2_048;

/** Pause between two log lines of the same kind, if clients can cause them. So many requests do not make many lines. */
export const LOG_PAUSE_MS = 1_000;

/** Label sets that one metric of `/metrics` counts separately. Further ones are counted together as "other". */
export const MAX_METRIC_SERIES = 500;

/** Model events that wait for the next request to write their data points. Further events are only in the log. */
export const MAX_PENDING_EVENTS = 32;

/** Request line and headers of a request to `bertweet-edge serve`: room for the longest text in a URL, each character as an escaped emoji. */
export const MAX_HEAD_BYTES = 262_144;

/** How long the rest of a refused body may take to arrive at `bertweet-edge serve` before it closes the connection. */
export const REFUSED_BODY_LIMIT_MS = 500;

/** Answers that `bertweet-edge serve` keeps for all of its threads. Some tens of thousands of predictions. */
export const KEPT_ANSWERS_UTF16_UNITS = 33_554_432;

/** Clients whose requests `bertweet-edge serve` counts. If there are more, it forgets those that asked first. */
export const COUNTED_CLIENTS = 65_536;

/** JavaScript heap of a thread of `bertweet-edge serve`. A thread that needs more is replaced. An isolate has 128 MB for everything. */
export const THREAD_HEAP_MB = 128;

/** How long a thread of `bertweet-edge serve` may give no sign of life. The longest pass of the encoder takes a second. */
export const THREAD_SILENCE_MS = 30_000;

/** How long a thread of `bertweet-edge serve` may take to load its model. */
export const THREAD_LOAD_LIMIT_MS = 60_000;

/** Pauses before a thread that ended is started again. */
export const THREAD_PAUSE_MS = { first: 100, most: 60_000 };

/** How long `bertweet-edge serve` finishes requests after it was told to stop. */
export const STOP_LIMIT_MS = 10_000;
