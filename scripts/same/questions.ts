import type { HttpRequest } from "../http/client.ts";

/** A way to ask one question about one text or several. */
export interface Form {
  name: string;
  /** Whether it takes one text alone. */
  single: boolean;
  request(texts: readonly string[]): HttpRequest;
  /** The body that must come, of what each text's answer is alone. */
  body(alone: readonly string[]): string;
}

/** A question, and all the ways in which it can be asked. */
export interface Question {
  name: string;
  /** Asks about one text, past every cache. */
  alone(text: string): HttpRequest;
  /** The text's answer, of the body that came. */
  answer(body: string): string;
  forms: Form[];
}

const NO_STORE = ["Cache-Control", "no-store"] as const;

const whole = (alone: readonly string[]) => alone[0] as string;
const results = (alone: readonly string[]) => `{"results":[${alone.join()}]}`;

/** A question of `/v1`. @param options the members of its body beside the text, which are its query too */
function ownQuestion(path: string, options: Record<string, string>, several: boolean, streamed: boolean): Question {
  const query = (text: string) => `${path}?${new URLSearchParams({ text, ...options })}`;
  const forms: Form[] = [
    { name: "GET", single: true, request: ([text = ""]) => ({ method: "GET", target: query(text) }), body: whole },
    { name: "POST", single: true, request: ([text]) => post(path, { text, ...options }), body: whole },
  ];
  if (several)
    forms.push(
      { name: "texts", single: false, request: (texts) => post(path, { texts, ...options }), body: results },
      {
        name: "batch",
        single: false,
        request: (texts) => post(path, { batch: texts.map((text) => ({ text, ...options })) }),
        body: results,
      },
    );
  if (streamed)
    forms.push({
      name: "stream",
      single: false,
      request: (texts) => ({
        method: "POST",
        target: `${path}/stream`,
        headers: [["Content-Type", "application/x-ndjson"]],
        body: Buffer.from(texts.map((text) => `${JSON.stringify({ text, ...options })}\n`).join("")),
      }),
      body: (alone) => alone.map((answer) => `${answer}\n`).join(""),
    });
  return {
    name: `${path} ${JSON.stringify(options)}`,
    alone: (text) => ({ method: "GET", target: query(text), headers: [NO_STORE] }),
    answer: (body) => body,
    forms: forms.flatMap((form) => [form, { ...form, name: `${form.name}, no-store`, request: noStore(form) }]),
  };
}

/** A question in Hugging Face's shape. @param listed whether the answer to a single text is a list of one, too */
function theirQuestion(modelId: string, pipeline: string, listed: boolean): Question {
  const path = `/models/${modelId}/pipeline/${pipeline}`;
  const list = (alone: readonly string[]) => `[${alone.join()}]`;
  const ask = (inputs: unknown, use_cache = true) =>
    post(path, { inputs, ...(!use_cache && { options: { use_cache } }) });
  return {
    name: path,
    alone: (text) => ask([text], false),
    answer: (body) => body.slice(1, -1),
    forms: [
      { name: "one", single: true, request: ([text]) => ask(text), body: listed ? list : whole },
      { name: "one, no-store", single: true, request: ([text]) => ask(text, false), body: listed ? list : whole },
      { name: "list", single: false, request: (texts) => ask(texts), body: list },
      { name: "list, no-store", single: false, request: (texts) => ask(texts, false), body: list },
    ],
  };
}

/** All that a model can be asked about any text; what fills masks is asked apart, since it needs one. */
export function questionsOf(modelId: string, tasks: readonly string[]): { any: Question[]; masked: Question[] } {
  const predictions = tasks.map((name) => {
    const [task, scheme] = name.split("/");
    return ownQuestion(`/v1/${task}`, scheme ? { scheme } : {}, true, true);
  });
  const isMasked = ({ name }: Question) => name.includes("fill-mask");
  return {
    any: [
      ...predictions.filter((question) => !isMasked(question)),
      ownQuestion("/v1/analyze", {}, true, false),
      ownQuestion("/v1/embed", {}, true, false),
      ownQuestion("/v1/tokenize", {}, false, false),
      theirQuestion(modelId, "text-classification", true),
      theirQuestion(modelId, "token-classification", false),
      theirQuestion(modelId, "feature-extraction", false),
    ],
    masked: [...predictions.filter(isMasked), theirQuestion(modelId, "fill-mask", false)],
  };
}

function post(target: string, body: unknown): HttpRequest {
  return {
    method: "POST",
    target,
    headers: [["Content-Type", "application/json"]],
    body: Buffer.from(JSON.stringify(body)),
  };
}

function noStore({ request }: Form): Form["request"] {
  return (texts) => {
    const usual = request(texts);
    return { ...usual, headers: [...(usual.headers ?? []), NO_STORE] };
  };
}
