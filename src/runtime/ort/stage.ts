import type { Shards, Stage } from "../stage.ts";
import { type OrtInstance, startOrt } from "./instance.ts";
import { createSession, FLOAT32, freeNames, type Pointer, runSession, writeNames } from "./session.ts";

const NAMES = ["hidden", "last_hidden"];

/**
 * A stage in its own ONNX Runtime, with one session for each shard. Only one shard's weights at a time are outside its
 * memory. They are freed after they are copied.
 *
 * @param wasm ONNX Runtime's compiled module
 * @throws OrtError when ORT refuses a graph or its weights; nothing stays behind, so the next call may succeed
 */
export async function openStage(wasm: WebAssembly.Module, shards: Shards): Promise<Stage> {
  return openShards(await startOrt(wasm), shards);
}

/**
 * A stage in an ONNX Runtime that runs already.
 *
 * @throws OrtError when ORT refuses a graph or its weights; the instance's memory is then as free as before
 */
export async function openShards(instance: OrtInstance, shards: Shards): Promise<Stage> {
  const names = writeNames(instance.ort, NAMES);
  const sessions: Pointer[] = [];
  try {
    for await (const shard of shards) sessions.push(await createSession(instance, shard));
  } catch (error) {
    for (const session of sessions) instance.ort._OrtReleaseSession(session);
    freeNames(instance.ort, names, NAMES.length);
    throw error;
  }
  return {
    async run(hidden, tokens, rows = tokens) {
      return runSessions(instance, sessions, names, hidden, tokens, rows);
    },
    wasmMemoryBytes: () => instance.memory.buffer.byteLength,
  };
}

/** Runs the sessions one after another, alternating between two buffers of the instance's memory. */
function runSessions(
  instance: OrtInstance,
  sessions: readonly Pointer[],
  names: Pointer,
  hidden: Float32Array,
  tokens: number,
  rows: number,
): Float32Array<ArrayBuffer> {
  const { ort, memory, check } = instance;
  const buffers = ort._malloc(2 * hidden.byteLength);
  try {
    check(buffers !== 0, "No memory for the hidden states");
    let [input, output] = [buffers, buffers + hidden.byteLength];
    new Float32Array(memory.buffer, input, hidden.length).set(hidden);
    const place = { type: FLOAT32, bytes: hidden.byteLength, shape: [1, tokens, hidden.length / tokens] };
    for (const session of sessions) {
      runSession(instance, session, names, [{ ...place, data: input }], { ...place, data: output });
      [input, output] = [output, input];
    }
    return new Float32Array(memory.buffer, input, (hidden.length / tokens) * rows).slice();
  } finally {
    ort._free(buffers);
  }
}
