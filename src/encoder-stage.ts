import { WorkerEntrypoint } from "cloudflare:workers";
import { readManifest } from "./bundle/bucket.ts";
import { BundleError } from "./bundle/bundle-error.ts";
import { log } from "./log.ts";
import { openEncoder } from "./runtime/encoder.ts";
import { layerBytes } from "./runtime/memory.ts";
import { release } from "./runtime/release.ts";
import { encoderSettings } from "./runtime/settings.ts";
import type { NextStage, Stage } from "./runtime/stage.ts";
import { doesNotFit, modelRoom } from "./runtime/versions/budget.ts";
import { createLoads, type Loads } from "./runtime/versions/loads.ts";
import { reasonOf } from "./runtime/versions/reason.ts";

/** Two versions, so that callers of two versions, as during a rollout, do not take turns in making this isolate load theirs. */
const MOST_STAGES = 2;

/** Created with the first stage, since the budget is a variable. */
let loads: Loads<Stage> | undefined;

/**
 * Some layers of an encoder in an isolate of their own, for a Worker that has no other entry (`npm run plan` writes its
 * configuration). The Worker that holds the layers before these calls it over a service binding.
 */
export class EncoderStage extends WorkerEntrypoint<Env> implements NextStage {
  async open(version: string, layer: number): Promise<void> {
    const { LAYERS } = this.env;
    if (!LAYERS.startsWith(`${layer}-`))
      throw new BundleError(`Layer ${layer} is wanted next, and LAYERS is "${LAYERS}".`);
    await this.#stage(version);
  }

  /** @param hidden float32 [tokens, hidden]. @returns float32 [rows, hidden], from these layers and those behind them */
  async run(
    version: string,
    hidden: Float32Array<ArrayBuffer>,
    tokens: number,
    rows: number,
  ): Promise<Float32Array<ArrayBuffer>> {
    const stage = await this.#stage(version);
    const answer = stage.run(hidden, tokens, rows);
    release(hidden);
    return answer;
  }

  /** @throws BundleError that says why the layers can't be run: over a binding nothing but an error's message arrives */
  async #stage(version: string): Promise<Stage> {
    try {
      return loads?.held(version) ?? (await this.#load(version));
    } catch (error) {
      throw new BundleError(reasonOf(error), { cause: error });
    }
  }

  async #load(version: string): Promise<Stage> {
    const { MODELS } = this.env;
    const bundle = { version, manifest: await readManifest(MODELS, version) };
    const settings = encoderSettings(this.env, bundle.manifest);
    const room = modelRoom(this.env);
    const bytes = layerBytes(bundle.manifest, settings.engine, settings.range);
    if (bytes > room) throw doesNotFit(bytes, room);
    loads ??= createLoads(room, MOST_STAGES);
    const load = async () => {
      const from = performance.now();
      const stage = await openEncoder(MODELS, bundle, settings);
      const { engine } = settings;
      log({
        event: "stage-loaded",
        model: bundle.manifest.id,
        version,
        engine,
        layers: this.env.LAYERS,
        ms: Math.round(performance.now() - from),
        bytes,
        wasmMemoryBytes: stage.wasmMemoryBytes(),
      });
      return stage;
    };
    return loads.get({ version, id: bundle.manifest.id, bytes, load }, this.ctx);
  }
}
