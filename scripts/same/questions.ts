import type { HttpRequest } from "../http/client.ts";

/** A way to ask one question about one text or several. */
export interface Form {
  name: string;
  /** Whether it takes exactly one text. */
  single: boolean;
  request(texts: readonly string[]): HttpRequest;
  /** The expected body, made of each text's single answer. */
  body(alone: readonly string[]): string;
}

/** A question, and all the ways in which it can be asked. */
export interface Question {
  name: string;
  /** A request about one text that bypasses every cache. */
  alone(text: string): HttpRequest;
  /** The text's answer from a response body. */
  answer(body: string): string;
  forms: Form[];
}

const JSON_TYPE: readonly (readonly [string, string])[] = [["Content-Type", "application/json"]];
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
      body: (alone) => alone.map((answer, index) => `{"line":${index + 1},${answer.slice(1)}\n`).join(""),
    });
  return {
    name: `${path} ${JSON.stringify(options)}`,
    alone: (text) => ({ method: "GET", target: query(text), headers: [NO_STORE] }),
    answer: (body) => body,
    forms: forms.flatMap((form) => [form, { ...form, name: `${form.name}, no-store`, request: noStore(form) }]),
  };
}

const list = (alone: readonly string[]) => `[${alone.join()}]`;

/**
 * A question in the shape of Hugging Face's pipelines and of Text Embeddings Inference.
 *
 * @param single the answer to a single text; undefined where it is another one than in a list
 */
function theirQuestion(path: string, single: Form["body"] | undefined): Question {
  const ask = (inputs: unknown) => post(path, { inputs });
  const one: Form[] = single ? [{ name: "one", single: true, request: ([text]) => ask(text), body: single }] : [];
  const forms: Form[] = [...one, { name: "list", single: false, request: (texts) => ask(texts), body: list }];
  return {
    name: path,
    alone: (text) => ({ ...ask([text]), headers: [...JSON_TYPE, NO_STORE] }),
    answer: (body) => body.slice(1, -1),
    forms: forms.flatMap((form) => [form, { ...form, name: `${form.name}, no-store`, request: noStore(form) }]),
  };
}

/** All that a model can be asked about any text; what fills masks is asked apart, since it needs one. */
export function questionsOf(modelId: string, tasks: readonly string[]): { any: Question[]; masked: Question[] } {
  const predictions = tasks.map((name) => {
    const [task, scheme] = name.split("/");
    return ownQuestion(`/v1/${task}`, scheme ? { scheme } : {}, true, true);
  });
  const pipelines = `/models/${modelId}/pipeline`;
  const isMasked = ({ name }: Question) => name.includes("fill-mask");
  return {
    any: [
      ...predictions.filter((question) => !isMasked(question)),
      ownQuestion("/v1/analyze", {}, true, true),
      ownQuestion("/v1/embed", {}, true, true),
      ownQuestion("/v1/tokenize", {}, false, false),
      theirQuestion(`${pipelines}/text-classification`, list),
      theirQuestion(`${pipelines}/token-classification`, whole),
      theirQuestion(`${pipelines}/feature-extraction`, undefined),
      theirQuestion(`/tei/${modelId}/embed`, list),
    ],
    masked: [...predictions.filter(isMasked), theirQuestion(`${pipelines}/fill-mask`, whole)],
  };
}

function post(target: string, body: unknown): HttpRequest {
  return {
    method: "POST",
    target,
    headers: JSON_TYPE,
    body: Buffer.from(JSON.stringify(body)),
  };
}

function noStore({ request }: Form): Form["request"] {
  return (texts) => {
    const usual = request(texts);
    return { ...usual, headers: [...(usual.headers ?? []), NO_STORE] };
  };
}
