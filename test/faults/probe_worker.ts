import { control, withFaults } from "./control.ts";

/** The result of a read. */
export interface Seen {
  found: boolean;
  size?: number;
  bytes?: number[];
  /** What the call or the body threw. */
  error?: string;
  /** It had not settled when the time of the query's `limit` was over. */
  late?: true;
  /** By the isolate's clock. */
  now: [date: number, performance: number];
}

/** Reads the object that the query names through the faults, in the way that it names, and tells what came of it. */
export default {
  async fetch(request, env) {
    const answer = await control(request, env.MODELS);
    if (answer) return answer;
    const { searchParams } = new URL(request.url);
    const read = look(withFaults(env).MODELS, searchParams.get("key") ?? "", searchParams.get("read") ?? "get");
    const late = scheduler.wait(Number(searchParams.get("limit") ?? 5_000)).then(() => ({ found: false, late: true }));
    const seen = await Promise.race([read, late]).catch((error: Error) => ({ found: false, error: error.message }));
    return Response.json({ ...seen, now: [Date.now(), performance.now()] });
  },
} satisfies ExportedHandler<Env>;

async function look(bucket: R2Bucket, key: string, read: string): Promise<Omit<Seen, "now">> {
  if (read === "head") {
    const object = await bucket.head(key);
    return object ? { found: true, size: object.size } : { found: false };
  }
  const object = await bucket.get(key, read === "range" ? { range: { offset: 2, length: 4 } } : {});
  if (!object) return { found: false };
  if (read === "get") return { found: true, size: object.size, bytes: [...(await object.bytes())] };
  const { value } = await object.body.getReader({ mode: "byob" }).readAtLeast(4, new Uint8Array(4));
  return { found: true, size: object.size, bytes: [...(value ?? [])] };
}
