import { createHash } from "node:crypto";
import fc from "fast-check";
import { expect, test } from "vitest";
import type { Case } from "../../scripts/fuzz/case.ts";
import { allCases } from "../../scripts/fuzz/cases.ts";
import { createClient, type HttpRequest } from "../../scripts/http/client.ts";
import { seed } from "../../scripts/seed.ts";
import type { Fault } from "../faults/fault.ts";
import { keyOf, startFaulty } from "../faults/service.ts";
import { type Document, operationsOf } from "./openapi.ts";
import { BUNDLE } from "./service.ts";

/** A mark in every text, name, header and key that is sent. Tokenizers may split it, but a log line that quotes input has all of it. */
const MARK = "qzxmarkqzx";
const KEY = `${MARK}-right`;

const CASES = 200;
const KNOWN = { id: ["bertweet-mini"], model: ["bertweet-mini"], task: ["sentiment", "ner", "fill-mask"] };

const service = startFaulty({
  seeded: false,
  vars: {
    ENGINE: "simd",
    RESIDENT_WORDS: "64",
    AUTH: "on",
    API_KEY_HASHES: createHash("sha256").update(KEY).digest("hex"),
  },
});
const { get, post, faults, bucket, logs, speedUpTimers, shiftClock } = service;

const withKey = { Authorization: `Bearer ${KEY}` };
const json = (text: string, headers: Record<string, string> = withKey) => post("/v1/irony", text, headers);

/** Input that a service might quote in a log: invalid JSON, unknown names, media types, encodings and lines. */
async function sendHostile(): Promise<void> {
  const answers = await Promise.all([
    get(`/v1/irony?text=${MARK}`, { headers: withKey }),
    get(`/v1/irony?text=${MARK}`, { headers: { Authorization: `Bearer ${MARK}-wrong` } }),
    get(`/v1/irony?text=${MARK}`, { headers: { Authorization: `Basic ${MARK}` } }),
    get(`/v1/irony?text=${MARK}&${MARK}=${MARK}&scheme=${MARK}`, { headers: withKey }),
    get(`/v1/${MARK}?text=a`, { headers: withKey }),
    get(`/v1/models/${MARK}`, { headers: withKey }),
    get(`/${MARK}/%00${MARK}`, { headers: withKey }),
    get(`/v1/fill-mask?text=%3Cmask%3E&targets=${MARK}`, { headers: withKey }),
    get(`/v1/irony?text=a&model=${MARK}`, { headers: { ...withKey, "If-None-Match": MARK, Cookie: MARK } }),
    json(`{"text": ${MARK}`),
    json(`{"text": "${MARK}", "${MARK}": "${MARK}"}`),
    json(`{"text": "${MARK}", "truncation": "${MARK}", "top_k": "${MARK}"}`),
    json(`{"tokens": ["${MARK}", 1]}`),
    json(`{"text": "\\ud800${MARK}"}`),
    json(`{"text": "${MARK.repeat(3_000)}"}`),
    json(`{"text": "${MARK}"}`, { ...withKey, "Content-Type": `application/${MARK}; charset=${MARK}` }),
    json(`{"text": "${MARK}"}`, { ...withKey, "Content-Encoding": MARK }),
    post(`/models/bertweet-mini/pipeline/${MARK}`, { inputs: MARK, parameters: { [MARK]: MARK } }, withKey),
    post("/models/bertweet-mini", { inputs: [MARK, { [MARK]: MARK }] }, withKey),
    post("/v1/irony/stream", `{"text":"${MARK}"}\n${MARK}\n{"${MARK}":1}\n`, {
      ...withKey,
      "Content-Type": "application/x-ndjson",
    }),
  ]);
  for (const answer of answers) await answer.text();
}

/** A case of the fuzz with the mark in its strings and values, and with a key. */
function marked({ method, target, headers, body, chunks }: Case): HttpRequest {
  const sent = headers.filter(([name]) => name !== "Authorization" && name !== "X-Request-Id");
  const strings =
    body &&
    Buffer.from(body)
      .toString("latin1")
      .replace(/([:[,]")/g, `$1${MARK}`);
  return {
    method,
    target: target.replaceAll("=", `=${MARK}`),
    headers: [...sent, ["Authorization", withKey.Authorization], ["X-Request-Id", MARK]],
    ...(strings !== undefined && { body: Buffer.from(strings, "latin1") }),
    ...(chunks && { chunks }),
  };
}

async function sendFuzz(): Promise<void> {
  const document = (await (await get("/openapi.json")).json()) as Document;
  const { schemas } = document.components as unknown as { schemas: Parameters<typeof allCases>[1] };
  const client = createClient(new URL(service.url("/")), 10_000);
  for (const each of fc.sample(allCases(operationsOf(document), schemas, KNOWN), { numRuns: CASES, seed: 7 }))
    await client.send(marked(each));
  client.close();
}

test("no line of the log holds a text, a key or a name that a client sent, whatever goes wrong", async () => {
  await sendHostile(); // with an empty bucket
  await seed(await bucket(), BUNDLE);
  const harms: Fault[] = [
    { key: keyOf("pointer"), kind: "throwing" },
    { key: keyOf("manifest.json"), kind: "flipped" },
    { key: keyOf("heads.bin"), kind: "missing" },
    { key: keyOf("vocab.txt"), kind: "reset" },
    { key: keyOf("emoji.json"), kind: "hanging" },
  ];
  for (const harm of harms) {
    await shiftClock(600_000);
    await faults.set(harm);
    await speedUpTimers(harm.kind === "hanging" ? 5 : 1);
    await sendHostile();
  }
  await speedUpTimers(1);
  await faults.clear();
  await shiftClock(600_000);
  await expect.poll(async () => (await get("/readyz")).status, { timeout: 20_000 }).toBe(200);
  await sendHostile();
  await faults.set({ key: keyOf("words.bin"), kind: "throwing" }); // rows that a text needs
  await sendHostile();
  await faults.set({ key: "", kind: "missing" });
  await shiftClock(600_000);
  await sendHostile();
  await sendFuzz();

  const lines = logs().map((line) => JSON.stringify(line));
  for (const event of ["model-loaded", "version-taken-over", "version-refused", "refresh-failed", "request-refused"])
    expect(
      lines.some((line) => line.includes(event)),
      event,
    ).toBe(true);
  expect(lines.filter((line) => line.toLowerCase().includes(MARK))).toEqual([]);
}, 180_000);
