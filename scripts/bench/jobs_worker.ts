import { readPointer } from "../../src/bundle/bucket.ts";
import { answerChunk } from "../../src/jobs/chunk.ts";
import type { JobsEnv } from "../../src/jobs/env.ts";
import { keysOf } from "../../src/jobs/keys.ts";
import { CALL_LIMITS } from "../../src/jobs/price.ts";
import type { Spec } from "../../src/jobs/spec.ts";

const MODEL = "bertweet-mini";

/** Lines of equal length that stand again and again in an input of any size. */
let block = new Uint8Array();

/** A bucket with one object of that kind. It has the calls that a job makes of its input. */
const repeated = {
  async get(_: string, { range: { offset, length } }: { range: { offset: number; length: number } }) {
    const bytes = new Uint8Array(length);
    for (let at = 0; at < length; ) {
      const from = (offset + at) % block.length;
      const part = block.subarray(from, from + length - at);
      bytes.set(part, at);
      at += part.length;
    }
    return { body: new Response(bytes).body, bytes: async () => bytes };
  },
} as unknown as R2Bucket;

/** `POST /block` takes the lines. `POST /?bytes=&start=&end=` answers one chunk of an input of so many bytes, as a consumer does. */
export default {
  async fetch(request: Request, { MODELS }: { MODELS: R2Bucket }, host: ExecutionContext): Promise<Response> {
    const { pathname, searchParams } = new URL(request.url);
    if (pathname === "/block") {
      block = new Uint8Array(await request.arrayBuffer());
      return new Response();
    }
    const [bytes, start, end] = ["bytes", "start", "end"].map((name) => Number(searchParams.get(name))) as [
      number,
      number,
      number,
    ];
    const vars = { MODEL, ENGINE: "simd", MEMORY_BUDGET_MB: "110", LAYERS: "", RESIDENT_WORDS: "" };
    const env = { ...vars, MODELS, JOB_INPUT: repeated, JOB_OUTPUT: MODELS } as unknown as JobsEnv;
    const job = crypto.randomUUID();
    const spec: Spec = {
      id: job,
      submitted_at: new Date(0).toISOString(),
      input: { bucket: "bench", key: "input", etag: "bench", bytes, format: "ndjson", gzip: false },
      output: { bucket: "bench", folder: `${job}/` },
      text_field: "text",
      answer_field: "answer",
      question: { tasks: ["sentiment", "ner/tweebank"], truncation: "truncate", offsets: "utf16" },
      model: { id: MODEL, version: (await readPointer(MODELS, MODEL)).version, engine: "simd" },
    };
    await MODELS.put(keysOf(job).spec, JSON.stringify(spec));
    const message = { job, run: 1, chunk: { index: 0, start, end } };
    while ((await answerChunk(env, host, message, CALL_LIMITS)) === "rest");
    const object = await MODELS.head(`${job}/chunks/000000.ndjson`);
    return Response.json(object?.customMetadata ?? {});
  },
};
