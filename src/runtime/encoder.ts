import { openBlob, readBlob } from "../bundle/bucket.ts";
import { BundleError } from "../bundle/bundle-error.ts";
import { type Bundle, fileOf, type Manifest } from "../bundle/manifest.ts";
import { openLayers } from "./engines.ts";
import { join } from "./join.ts";
import { release } from "./release.ts";
import type { EncoderSettings } from "./settings.ts";
import type { LayerRange, OpenedStage, Shard, Stage } from "./stage.ts";

/**
 * The layers of this isolate, followed by those of other isolates. The caller does not see how many isolates there are.
 *
 * @returns a stage whose `loaded` rejects with a BundleError when a file is missing or damaged, or the layers don't fall into whole shards;
 *   with what the engine throws
 * @throws what the engine throws
 */
export function openEncoder(
  bucket: R2Bucket,
  { version, manifest }: Bundle,
  { engine, range, next }: EncoderSettings,
): OpenedStage {
  const opening = openLayers(engine, manifest, range, readShards(bucket, manifest, range));
  if (!next) return opening;
  const unreachable = (cause: unknown) => {
    const why = cause instanceof Error ? `: ${cause.message}` : ".";
    throw new BundleError(`The layers from ${range.end} on could not be run${why}`, { cause });
  };
  const { stage: local, loaded } = opening;
  const stage: Stage = {
    // Not an async function: it would keep `hidden` in memory until the other isolates have answered.
    run: (hidden, tokens, rows = tokens, watch) =>
      local.run(hidden, tokens, tokens, watch).then((states) => {
        if (states.length === 0) return states;
        const answer = next.run(version, states, tokens, rows);
        release(states); // a call over a binding has serialized its arguments when it returns
        return answer.catch(unreachable);
      }),
    wasmMemoryBytes: () => local.wasmMemoryBytes(),
  };
  return { stage, loaded: join([loaded, next.open(version, range.end, engine).catch(unreachable)]).then(() => {}) };
}

/** Requests each shard while the one before it is unpacked, because each request takes a network trip and a model may have a dozen shards. */
async function* readShards(bucket: R2Bucket, manifest: Manifest, range: LayerRange): AsyncGenerator<Shard> {
  const [first, ...others] = shardsOf(manifest, range).map((entry) => () => readShard(bucket, manifest, entry));
  let asked = first?.();
  while (asked) {
    const shard = await asked;
    asked = others.shift()?.();
    asked?.catch(() => {}); // if the caller stops before this shard, its failure does not matter
    yield shard;
  }
}

/** Requests the files of a shard, and reads the graph. @throws BundleError if a file is missing */
export async function readShard(
  bucket: R2Bucket,
  manifest: Manifest,
  { graph, weights }: Manifest["encoder"][number],
): Promise<Shard> {
  const file = fileOf(manifest, weights);
  const [structure, parts] = await Promise.all([readBlob(bucket, fileOf(manifest, graph)), openBlob(bucket, file)]);
  return { graph: structure, weightsName: weights, weightsBytes: file.bytes, weights: parts };
}

/** The shards that hold exactly the given layers. @throws BundleError if no shards do */
function shardsOf({ encoder }: Manifest, { first, end }: LayerRange): Manifest["encoder"] {
  let layer = 0;
  return encoder.filter(({ layers }) => {
    const [starts, ends] = [layer, layer + layers];
    layer = ends;
    if (ends <= first || starts >= end) return false;
    if (starts < first || ends > end)
      throw new BundleError(`A shard of the model holds layers ${starts} to ${ends - 1} and can't be cut.`);
    return true;
  });
}
