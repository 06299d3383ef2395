/** Every limit of jobs, with its unit in its name. */

/** Length of `r2://BUCKET/KEY`. A key may have 1,024 bytes, and a bucket's name 63 characters. */
export const MAX_R2_URL_UTF16_UNITS = 1_100;

/** Jobs on a page of `GET /v1/jobs`. Each is two reads of the bucket. */
export const MAX_JOBS_LISTED = 50;

/** The same where the request does not say. */
export const DEFAULT_JOBS_LISTED = 20;

/** How long the Worker of the jobs may take to answer a request about a job. It lists a job's chunks, a thousand a read. */
export const JOB_ANSWER_LIMIT_MS = 20_000;

/** A field of CSV in quotes that is not closed for so long will not be: a quote is missing, and the rest of the file would be one bad row. */
export const MAX_QUOTED_FIELD_BYTES = 16 * 2 ** 20;

/** Compressed bytes of a row group of Parquet that has no page index. They are held together with the rows that are read from them. */
export const MAX_ROW_GROUP_BYTES = 24 * 2 ** 20;

/** The footer of Parquet: some 3,000 row groups of ten columns. It takes twenty times as much memory while it is read. */
export const MAX_PARQUET_FOOTER_BYTES = 2 * 2 ** 20;

/** Values in it: a list of empty ones takes most memory a byte. */
export const MAX_PARQUET_FOOTER_VALUES = 600_000;

/** Memory for some rows of Parquet: the compressed bytes, and an estimate for the pages and values that they become. */
export const MAX_PARQUET_ROWS_BYTES = 48 * 2 ** 20;

/** Days that a job's answers may be kept. A Workflow sleeps for a year at most. */
export const MAX_JOB_RETENTION_DAYS = 365;

/** How long R2 may take to answer a call of a job, the bytes of a small object included. */
export const JOB_R2_LIMIT_MS = 30_000;

/** Bytes of an input that one chunk covers: some 10,000 tweets with their fields. An input of more than MAX_JOB_CHUNKS such chunks has larger ones. */
export const JOB_CHUNK_BYTES = 2_000_000;

/** Chunks of a job. A call of a Workflow's step puts one object for each piece of a compressed input, and may make 10,000 calls. */
export const MAX_JOB_CHUNKS = 9_000;

/** Size of a job's input: R2 takes objects of 5 TB, but a chunk of more than 55 MB takes hours. */
export const MAX_JOB_INPUT_BYTES = 500_000_000_000;

/** The same for CSV and compressed inputs, which one step of a Workflow reads from begin to end within its five minutes of CPU. */
export const MAX_JOB_SCANNED_BYTES = 20_000_000_000;

/** Chunks of a page of a job's index. A page is one read, and ten batches of messages. */
export const JOB_INDEX_PAGE = 1_000;

/** Limits of Cloudflare Queues: a message, and the messages and bytes of a `sendBatch`. */
export const MAX_MESSAGE_BYTES = 128_000;
export const MAX_BATCH_MESSAGES = 100;
export const MAX_BATCH_BYTES = 256_000;

/**
 * What a call of the consumer may compute before it hands the rest of its chunk on, in multiplications of the encoder. The clock stands still
 * while it computes, so its work is counted instead. bertweet-mini multiplies ten million times a token, and its slower engine takes a millisecond
 * for that on a slow machine: 150,000 tokens are 150 seconds, half of the five minutes that Cloudflare allows.
 */
export const JOB_CALL_MULTIPLICATIONS = 1.6e12;

/** The same for a part of a chunk, which is kept whatever happens to the rest: 20,000 tokens of bertweet-mini. */
export const JOB_PART_MULTIPLICATIONS = 2e11;

/** Output of a part. It is in memory until it is stored. */
export const JOB_PART_BYTES = 6_000_000;

/** What a row costs beside its tokens: its JSON is read and written. */
export const JOB_ROW_TOKENS = 2;

/** After so long a call of the consumer hands the rest on. Cloudflare ends it after 15 minutes. */
export const JOB_CALL_LIMIT_MS = 600_000;

/** Pause before a chunk that failed is tried again: the first, which doubles each time, and the longest. */
export const JOB_RETRY_SECONDS = { first: 1, most: 300 };

/** How often a job looks for its chunks: each wait is this part of the time since its messages were sent, but at least and at most so long. */
export const JOB_POLL = { share: 0.05, leastSeconds: 1, mostSeconds: 3_600 };

/** Without a new chunk for so long, the messages of the missing ones are sent again. Longer than a call of the consumer and its retries. */
export const JOB_STALL_SECONDS = 3_600;

/** How often in a row they are sent again without a new chunk, before the job ends without the missing ones. */
export const JOB_RESENDS = 3;
