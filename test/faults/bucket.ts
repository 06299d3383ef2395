import { damage, hang } from "./body.ts";
import type { Fault, Read } from "./fault.ts";

/** The fault for a read. It is looked up for each read, so that faults can be set and cleared. */
export type FaultOf = (key: string, read: Read) => Fault | undefined;

/** Called with the number of bytes of each read. */
export type CountBytes = (key: string, bytes: number) => void;

/** The bucket with faults in front of it: `get` and `head` may fail, all other calls are passed through. */
export function faultyBucket(bucket: R2Bucket, faultOf: FaultOf, countBytes: CountBytes = () => {}): R2Bucket {
  async function get(key: string, options?: R2GetOptions): Promise<R2Object | null> {
    const fault = faultOf(key, options?.range ? "range" : "get");
    if (await beforeAnswer(fault)) return null;
    const object = await bucket.get(key, options as R2GetOptions & { onlyIf: R2Conditional });
    if (!object || !("body" in object)) return object; // the condition of the read was false
    const body = object as R2ObjectBody;
    const length = rangeLength(body);
    countBytes(key, length);
    return fault && harms(fault) ? withFault(body, fault, length) : body;
  }
  async function head(key: string): Promise<R2Object | null> {
    return (await beforeAnswer(faultOf(key, "head"))) ? null : bucket.head(key);
  }
  return new Proxy(bucket, {
    get(target, name) {
      if (name === "get") return get;
      if (name === "head") return head;
      const value = Reflect.get(target, name, target);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}

/** Applies the fault before the bucket answers. @returns whether to answer that there is no such object */
async function beforeAnswer(fault: Fault | undefined): Promise<boolean> {
  if (fault?.kind === "throwing") throw new Error("get: We encountered an internal error. Please try again. (10001)");
  if (fault?.kind === "hanging" && fault.afterBytes === undefined) await hang();
  if (fault?.kind === "slow" && fault.delayMs) await scheduler.wait(fault.delayMs);
  return fault?.kind === "missing";
}

/** Whether a body that came is another one by the fault, or comes at another rate. */
function harms(fault: Fault): boolean {
  return fault.kind !== "slow" || fault.bytesPerSecond !== undefined;
}

/** Bytes of an object's body, of which a range may have been asked for. */
function rangeLength({ size, range }: R2ObjectBody): number {
  if (!range) return size;
  if ("suffix" in range && range.suffix !== undefined) return Math.min(range.suffix, size);
  const { offset = 0, length = size - offset } = range as { offset?: number; length?: number };
  return Math.min(length, size - offset);
}

/** The object with the fault in its body. `size` is what the bucket would say of such an object; an early end it does not know. */
function withFault(object: R2ObjectBody, fault: Fault, length: number): R2ObjectBody {
  const empty = fault.kind === "empty";
  const size = empty ? 0 : fault.kind === "doubled" ? 2 * object.size : object.size;
  const response = new Response(empty ? new Uint8Array(0) : damage(object.body, fault, length));
  const replaced: Record<string | symbol, unknown> = {
    size,
    body: response.body,
    arrayBuffer: () => response.arrayBuffer(),
    bytes: () => response.bytes(),
    text: () => response.text(),
    json: () => response.json(),
    blob: () => response.blob(),
  };
  return new Proxy(object, {
    get(target, name) {
      if (name in replaced) return replaced[name];
      if (name === "bodyUsed") return response.bodyUsed;
      const value = Reflect.get(target, name, target);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}
