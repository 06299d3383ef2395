import type { Failure } from "../errors.ts";
import { MAX_JOB_SCANNED_BYTES } from "../job-limits.ts";
import { MAX_BATCH_TEXTS, MAX_TEXT_UTF16_UNITS, MAX_WINDOWS_PER_REQUEST } from "../limits.ts";

type Kind = Failure["kind"];

/** The text of a problem's page. Title, status and detail come from `toProblem`. */
interface ProblemPage<K extends Kind> {
  /** A failure of this kind, without its kind. The page shows it as an example. */
  example: Omit<Extract<Failure, { kind: K }>, "kind" | "at">;
  meaning: string;
  remedy: string;
}

const BUSY = "Wait for the number of seconds in Retry-After, then send the request again.";
const ALLOWED_OPTIONS = "Each option that a task has is listed in /openapi.json. Remove the others.";

/** One page for each kind of failure. The compiler checks that none is missing. */
export const PROBLEM_PAGES: { [K in Kind]: ProblemPage<K> } = {
  "invalid-request": {
    example: { errors: [{ pointer: "/text", detail: "Invalid input: expected string, received number" }] },
    meaning: "A field of the body or of the query is missing, or its value has the wrong form.",
    remedy: "Read errors: each pointer names a field, and its detail says what is wrong with it.",
  },
  "unknown-option": {
    example: { errors: [{ pointer: "/topk", detail: "There is no such option." }] },
    meaning: "The request has an option whose name no route knows. It may be a typing error.",
    remedy: ALLOWED_OPTIONS,
  },
  "foreign-option": {
    example: { errors: [{ pointer: "/targets", detail: "The task has no such option." }] },
    meaning: "The option exists, but the task that was asked does not have it.",
    remedy: ALLOWED_OPTIONS,
  },
  "unknown-target": {
    example: { errors: [{ pointer: "/targets/0", detail: "The vocabulary has no such piece." }] },
    meaning: "A target for a mask must be one word piece of the model's vocabulary.",
    remedy: "Choose another word. POST /v1/tokenize shows the pieces of a word.",
  },
  "text-too-long": {
    example: { limit: MAX_TEXT_UTF16_UNITS },
    meaning: "A text has more characters than the service takes.",
    remedy: "Split the text, and send the parts as texts of one request.",
  },
  "batch-too-large": {
    example: { limit: MAX_BATCH_TEXTS },
    meaning: "A list of the request has too many elements.",
    remedy: "Send several requests, or one line for each text to POST /v1/{task}/stream.",
  },
  "too-many-tokens": {
    example: { tokens: 210, limit: 128 },
    meaning: "The request says truncation=error, and the text has more tokens than the model reads at once.",
    remedy: "Choose truncation=window to read all of the text, or truncation=truncate to read its start.",
  },
  "not-json": {
    example: {},
    meaning: "The body could not be parsed as JSON.",
    remedy: "Check the body with a JSON parser. Keys and strings need double quotes.",
  },
  "unsupported-media-type": {
    example: { expected: "application/json" },
    meaning: "The Content-Type of the request is not one that the route reads.",
    remedy: "Set the Content-Type that the detail names.",
  },
  "body-not-utf8": {
    example: {},
    meaning: "The bytes of the body are not valid UTF-8.",
    remedy: "Encode the body as UTF-8. Other encodings are not read.",
  },
  "body-too-large": {
    example: {},
    meaning: "The body has more bytes than the service takes.",
    remedy: "Send fewer texts in a request, or use POST /v1/{task}/stream.",
  },
  "body-too-slow": {
    example: {},
    meaning: "The body had not arrived when its time was over. The connection may be slow or broken.",
    remedy: "Send the request again. If the connection is slow, send a smaller body.",
  },
  "line-too-long": {
    example: {},
    meaning: "A line of a stream has more bytes than the service takes.",
    remedy: "Put one text on a line, and end each line with a line feed.",
  },
  "line-not-utf8": {
    example: {},
    meaning: "The bytes of a line of a stream are not valid UTF-8.",
    remedy: "Encode the lines as UTF-8. The other lines of the stream are answered.",
  },
  "unknown-task": {
    example: { tasks: ["sentiment", "irony"] },
    meaning: "The model has no task of the name in the URL or in tasks.",
    remedy: "Choose one of the tasks in the detail. GET /v1/models lists them too.",
  },
  "unknown-scheme": {
    example: { schemes: ["tweebank", "wnut16", "wnut17"] },
    meaning: "The task has no tag set of that name.",
    remedy: "Choose one of the tag sets in the detail, or leave scheme out.",
  },
  "no-mask": {
    example: {},
    meaning: "The task fill-mask was asked about a text without a mask.",
    remedy: "Write <mask> where the model is to find a word.",
  },
  "too-many-masks": {
    example: { masks: 12 },
    meaning: "The text has more masks than one request may fill.",
    remedy: "Split the text, or replace some masks with words.",
  },
  "not-explainable": {
    example: { tasks: ["sentiment", "irony"] },
    meaning: "The task does not choose one label for the whole text, so no label can be explained.",
    remedy: "Ask one of the classification tasks, which detail lists.",
  },
  "unknown-label": {
    example: { errors: [{ pointer: "/label", detail: "The labels of sentiment: negative, neutral, positive." }] },
    meaning: "The request asks about a label that the task does not have.",
    remedy: "Choose one of the labels that detail lists, or leave label out to explain the likeliest one.",
  },
  "too-many-words": {
    example: { words: 80 },
    meaning: "An explanation runs the model once for each word, so the number of words is limited.",
    remedy: "Send a shorter text, such as one of its sentences.",
  },
  "too-much-work": {
    example: { unit: "windows", asked: 2 * MAX_WINDOWS_PER_REQUEST, limit: MAX_WINDOWS_PER_REQUEST },
    meaning: "Every part of the request is allowed, but together they need too much computing time.",
    remedy: "Send fewer texts in a request, lower top_k, or use POST /v1/{task}/stream.",
  },
  "unknown-model": {
    example: {},
    meaning: "The service has no model of that id.",
    remedy: "GET /v1/models lists the ids. Without model, the first of them answers.",
  },
  "jobs-off": {
    example: {},
    meaning: "The service answers requests, but it is not set up for jobs.",
    remedy: "Ask the operator. docs/jobs.md says how jobs are switched on; npm start -- --jobs has them locally.",
  },
  "jobs-need-keys": {
    example: {},
    meaning: "A job costs far more than a request, so only a service that asks for keys takes one.",
    remedy: "Tell the operator to switch AUTH on. docs/access.md says how.",
  },
  "jobs-unavailable": {
    example: { reason: "The bucket of the jobs could not be read." },
    meaning: "Something that jobs are made of did not answer: their Worker, their bucket or their queue.",
    remedy: `${BUSY} A job that is sent twice runs once.`,
  },
  "unknown-job": {
    example: {},
    meaning: "No job has the id of the path.",
    remedy: "GET /v1/jobs lists the ids.",
  },
  "input-not-found": {
    example: {},
    meaning: "A job reads an object of the bucket for inputs, and there is none of that key.",
    remedy: "Compare the key with those in the bucket. Upload the object first, then send the job.",
  },
  "input-too-large": {
    example: { limit: MAX_JOB_SCANNED_BYTES },
    meaning:
      "A job reads an input up to a size. For CSV and compressed inputs it is lower, since they must be read from their begin.",
    remedy:
      "Split the object into several, one job each. NDJSON and plain lines that are not compressed may be larger.",
  },
  "not-found": {
    example: {},
    meaning: "No route has the path of the request.",
    remedy: "Compare the path with /openapi.json. A path has no slash at its end.",
  },
  "method-not-allowed": {
    example: { allow: ["GET", "HEAD"] },
    meaning: "The path exists, but not with the method of the request.",
    remedy: "Use one of the methods in the Allow header.",
  },
  unauthorized: {
    example: { error: "invalid_token" },
    meaning: "The service asks for a key, and the request has none or a wrong one.",
    remedy: "Send Authorization: Bearer and your key. The operator of the service gives out keys.",
  },
  "rate-limited": {
    example: {},
    meaning: "Your key or your network has sent more requests than the service allows in that time.",
    remedy: BUSY,
  },
  overloaded: {
    example: { retryAfterSeconds: 2 },
    meaning: "So many requests wait for their turn that this one would wait too long.",
    remedy: BUSY,
  },
  "client-left": {
    example: {},
    meaning: "The client closed the connection before the answer was there. Only logs and metrics show this problem.",
    remedy: "Let the client wait longer, if it gave up too soon.",
  },
  "model-unavailable": {
    example: { reason: "models/bertweet-mini is not in the bucket." },
    meaning: "The model is not loaded, and the service could not load it. The detail names the reason.",
    remedy: `${BUSY} If that does not help, the operator has to look: GET /readyz gives the state of the model.`,
  },
  misconfigured: {
    example: { reason: "AUTH is neither on nor off." },
    meaning: "A setting of the service is wrong. Every request fails until the operator corrects it.",
    remedy: "Do not repeat the request. Tell the operator the detail.",
  },
  internal: {
    example: {},
    meaning: "The service has a bug, or something that it depends on failed in a way that it does not know.",
    remedy: "The request may be right. Tell the operator the instance of the problem, which the log names too.",
  },
};

/** Whether a failure kind of this name exists. */
export function isProblemKind(kind: string): kind is Kind {
  return Object.hasOwn(PROBLEM_PAGES, kind);
}

/** The example of a kind's page, as a failure. */
export function exampleOf(kind: Kind): Failure {
  return { kind, ...PROBLEM_PAGES[kind].example } as Failure;
}
