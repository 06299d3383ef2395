import { readBlob, streamBlob } from "../bundle/bucket.ts";
import { BundleError } from "../bundle/bundle-error.ts";
import { type Bundle, fileOf, type Manifest } from "../bundle/manifest.ts";
import { openLayers } from "./engines.ts";
import type { EncoderSettings } from "./settings.ts";
import type { LayerRange, Shard, Stage } from "./stage.ts";

/**
 * The layers of this isolate, and behind them those of others: the caller can't tell how many isolates there are.
 *
 * @throws BundleError when a file is missing or damaged, or the layers don't fall into whole shards; what the engine throws
 */
export async function openEncoder(
  bucket: R2Bucket,
  { version, manifest }: Bundle,
  { engine, range, next }: EncoderSettings,
): Promise<Stage> {
  const local = await openLayers(engine, manifest, range, readShards(bucket, manifest, range));
  if (!next) return local;
  const unreachable = (cause: unknown) => {
    throw new BundleError(`The layers from ${range.end} on could not be run.`, { cause });
  };
  await next.open(version, range.end).catch(unreachable);
  return {
    run: async (hidden, tokens, rows = tokens) =>
      next.run(version, await local.run(hidden, tokens), tokens, rows).catch(unreachable),
    wasmMemoryBytes: () => local.wasmMemoryBytes(),
  };
}

async function* readShards(bucket: R2Bucket, manifest: Manifest, { first, end }: LayerRange): AsyncGenerator<Shard> {
  let layer = 0;
  for (const { graph, weights, layers } of manifest.encoder) {
    const inside = layer >= first && layer < end;
    if (inside !== layer + layers > first && layer + layers <= end)
      throw new BundleError(`A shard of the model holds layers ${layer} to ${layer + layers - 1} and can't be cut.`);
    layer += layers;
    if (!inside) continue;
    const { sha256, bytes } = fileOf(manifest, weights);
    yield {
      graph: await readBlob(bucket, fileOf(manifest, graph).sha256),
      weightsName: weights,
      weightsBytes: bytes,
      weights: streamBlob(bucket, sha256),
    };
  }
}
