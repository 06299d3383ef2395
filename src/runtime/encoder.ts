import { openBlob, readBlob } from "../bundle/bucket.ts";
import { BundleError } from "../bundle/bundle-error.ts";
import { type Bundle, fileOf, type Manifest } from "../bundle/manifest.ts";
import { openLayers } from "./engines.ts";
import { join } from "./join.ts";
import { release } from "./release.ts";
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
  const opening = openLayers(engine, manifest, range, readShards(bucket, manifest, range));
  if (!next) return opening;
  const unreachable = (cause: unknown) => {
    const why = cause instanceof Error ? `: ${cause.message}` : ".";
    throw new BundleError(`The layers from ${range.end} on could not be run${why}`, { cause });
  };
  const [local] = await join([opening, next.open(version, range.end).catch(unreachable)]);
  return {
    // No async function: one would hold on to `hidden` for as long as the isolates behind it take.
    run: (hidden, tokens, rows = tokens) =>
      local.run(hidden, tokens).then((states) => {
        const answer = next.run(version, states, tokens, rows);
        release(states); // a call over a binding has written its arguments down when it returns
        return answer.catch(unreachable);
      }),
    wasmMemoryBytes: () => local.wasmMemoryBytes(),
  };
}

/** Each shard is asked for while the one before it is unpacked: a bucket is a network away, and a model may have a dozen. */
async function* readShards(bucket: R2Bucket, manifest: Manifest, range: LayerRange): AsyncGenerator<Shard> {
  const ask = async ({ graph, weights }: Manifest["encoder"][number]): Promise<Shard> => {
    const file = fileOf(manifest, weights);
    const [structure, parts] = await Promise.all([readBlob(bucket, fileOf(manifest, graph)), openBlob(bucket, file)]);
    return { graph: structure, weightsName: weights, weightsBytes: file.bytes, weights: parts };
  };
  const [first, ...others] = shardsOf(manifest, range).map((entry) => () => ask(entry));
  let asked = first?.();
  while (asked) {
    const shard = await asked;
    asked = others.shift()?.();
    asked?.catch(() => {}); // whoever stops before it is not told what became of it
    yield shard;
  }
}

/** The shards that hold exactly the given layers. @throws BundleError when there are none that do */
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
