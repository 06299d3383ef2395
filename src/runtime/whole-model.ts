import { BundleError } from "../bundle/bundle-error.ts";
import { withoutBadCopies } from "../bundle/copies.ts";
import type { Bundle, Manifest } from "../bundle/manifest.ts";
import { inSpan } from "../spans.ts";
import { readShard } from "./encoder.ts";
import { openWholeGraph } from "./engines.ts";
import { openHead } from "./heads.ts";
import { join } from "./join.ts";
import { type Model, readTensors, readTokenizer, stopwatch } from "./model.ts";
import type { Interface } from "./ort/whole-graph.ts";
import { prove } from "./prove.ts";
import type { ModelSettings } from "./settings.ts";

/**
 * Reads a bundle whose encoder is a whole graph, with embeddings and perhaps a head. Checks each file's SHA-256 and the golden answers.
 *
 * @throws BundleError if a file is missing or damaged, if this isolate should run only some of the layers, or if the model does not give its
 *   golden answers; also the errors of ONNX Runtime
 */
export function loadWholeModel(bucket: R2Bucket, bundle: Bundle, settings: ModelSettings): Promise<Model> {
  return withoutBadCopies(() => load(bucket, bundle, settings));
}

async function load(bucket: R2Bucket, bundle: Bundle, { range }: ModelSettings): Promise<Model> {
  const { manifest } = bundle;
  const [shard] = manifest.encoder;
  if (!shard || range.first > 0) throw new BundleError("The model is one graph, which can't be cut.");
  const { loadMs, timed } = stopwatch();
  const graph = interfaceOf(manifest);
  const [encoder, tokenizer, tensors] = await join([
    timed("encoder", async () => openWholeGraph(graph, await readShard(bucket, manifest, shard))),
    timed("tokenizer", () => readTokenizer(bucket, manifest)),
    timed("tensors", () => readTensors(bucket, manifest)),
  ]);
  const model: Model = {
    ...bundle,
    tokenizer,
    stateSize: graph.output.width,
    encode: (ids, rows) =>
      inSpan("pass", { tokens: ids.length }, async () => ({
        states: encoder.run(ids, rows),
        fetchedWords: 0,
        exits: new Map(),
        layers: manifest.architecture.layers,
      })),
    head: (task) => openHead(tensors, task),
    pieceLogits: noWords,
    logitsOf: noWords,
    wasmMemoryBytes: () => encoder.wasmMemoryBytes(),
    loadMs,
  };
  await timed("proof", () => prove(model));
  return model;
}

/** The inputs and the output of the graph. */
function interfaceOf({ whole_graph, tasks, architecture }: Manifest): Interface {
  if (!whole_graph) throw new BundleError("The model is no whole graph.");
  const { inputs, output: name } = whole_graph;
  const [task] = Object.values(tasks);
  if (name === "last_hidden_state" || !task || task.kind === "fill-mask")
    return { inputs, output: { name, per: "token", width: architecture.hidden_size } };
  return { inputs, output: { name, per: task.kind === "tagging" ? "token" : "text", width: task.labels.length } };
}

/** A manifest with a whole graph and a task that needs words is refused before. */
function noWords(): never {
  throw new BundleError("The model is one graph and has no word table.");
}
