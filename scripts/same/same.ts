import { setTimeout as sleep } from "node:timers/promises";
import { createClient, type HttpAnswer, type HttpRequest, NoAnswer } from "../http/client.ts";
import { seededRandom } from "../random.ts";
import { type Form, type Question, questionsOf } from "./questions.ts";

const DEADLINE_MS = 60_000;
const MOST_TEXTS = 4;
const MOST_TRIES = 20;

type Send = (request: HttpRequest) => Promise<HttpAnswer>;

/** Texts for every question; fill-mask questions get a mask added. No lone surrogates, because a URL can't hold them. */
const TEXTS = [
  "@nasa the launch was so beautiful 😍 https://t.co/x",
  "日本語のツイート 😀 مرحبا",
  "word ".repeat(200),
  "ok",
  "SO tired of this... can't even 🙄 #monday",
  "Off to Berlin with @anna to see Rammstein at 10:30",
  "ｆｕｌｌ width, İstanbul, ﬁn & &amp; \u200d",
  "never again!!! worst. service. ever. 👎🏽👎🏽",
  "so it goes ".repeat(12),
  "x\ty\nz \u0000 a\u0301\u0301",
  "rt @user: ungeheuerlichkeitsverschwörungstheoretiker",
];

export interface SameOptions {
  url: URL;
  requests: number;
  connections: number;
  /** Number of texts to use, by default all. */
  texts?: number;
  seed: number;
  report?: (answered: number) => void;
}

/**
 * Asks every question about every text, one after another. Then asks a mix of them in every form, many at once. Each answer must
 * equal the single answers, byte for byte.
 *
 * @returns the first answer that differs; undefined if there is none
 */
export async function compareAnswers({ url, requests, connections, texts, seed, report }: SameOptions) {
  const client = createClient(url, DEADLINE_MS);
  try {
    const draw = await prepare(client.send, TEXTS.slice(0, texts), seededRandom(seed));
    let [asked, answered] = [0, 0];
    let wrong: string | undefined;
    const ask = async () => {
      while (asked < requests && wrong === undefined) {
        asked++;
        const { name, request, expected } = draw();
        const found = await sendUntilAdmitted(client.send, request).then(
          (answer) => difference(answer, expected),
          (error) => {
            if (error instanceof NoAnswer) return error.message;
            throw error;
          },
        );
        if (found) wrong ??= `${name}: ${found}`;
        report?.(++answered);
      }
    };
    await Promise.all(Array.from({ length: connections }, ask));
    return wrong;
  } finally {
    client.close();
  }
}

/** The answer. A request that is refused because of overload is sent again after Retry-After. */
async function sendUntilAdmitted(send: Send, request: HttpRequest): Promise<HttpAnswer> {
  for (let tries = 1; ; tries++) {
    const answer = await send(request);
    const retryAfter = answer.headers["retry-after"];
    if (answer.status !== 503 || !retryAfter || tries === MOST_TRIES) return answer;
    await sleep(1_000 * Number(retryAfter));
  }
}

/** Gets the single answers. @returns a function that draws a request and the expected body */
async function prepare(send: Send, texts: readonly string[], random: () => number) {
  const { models } = JSON.parse((await send({ method: "GET", target: "/v1/models" })).body.toString());
  const { id, tasks } = models[0] as { id: string; tasks: Record<string, unknown> };
  const { any, masked } = questionsOf(id, Object.keys(tasks));
  const alone = new Map<Question, Map<string, string>>();
  for (const question of [...any, ...masked]) {
    const answers = new Map<string, string>();
    for (const each of texts) {
      const text = masked.includes(question) ? `a <mask> ${each}` : each;
      const { status, body } = await send(question.alone(text));
      if (status !== 200) throw new Error(`${question.name}: ${status} ${body}`);
      answers.set(text, question.answer(body.toString()));
    }
    alone.set(question, answers);
  }
  const pick = <T>(list: readonly T[]) => list[Math.floor(random() * list.length)] as T;
  return () => {
    const [question, answers] = pick([...alone]);
    const form: Form = pick(question.forms);
    const count = form.single ? 1 : 1 + Math.floor(random() * MOST_TEXTS);
    const asked = Array.from({ length: count }, () => pick([...answers.keys()]));
    const expected = form.body(asked.map((text) => answers.get(text) as string));
    return { name: `${question.name}, ${form.name}`, request: form.request(asked), expected };
  };
}

function difference({ status, body }: HttpAnswer, expected: string): string | undefined {
  const got = body.toString();
  if (status !== 200) return `${status} ${got.slice(0, 500)}`;
  if (got === expected) return undefined;
  let at = 0;
  while (got[at] === expected[at]) at++;
  const around = (text: string) => JSON.stringify(text.slice(Math.max(0, at - 60), at + 60));
  return `at ${at} there is ${around(got)}, and not ${around(expected)}`;
}
