import { WorkerEntrypoint } from "cloudflare:workers";
import { readManifest } from "./bundle/bucket.ts";
import { BundleError } from "./bundle/bundle-error.ts";
import { keepCopies, withoutBadCopies } from "./bundle/copies.ts";
import { log } from "./log.ts";
import { openEncoder } from "./runtime/encoder.ts";
import { engineOf } from "./runtime/engines.ts";
import { layerBytes } from "./runtime/memory.ts";
import { release } from "./runtime/release.ts";
import { type EngineName, encoderSettings } from "./runtime/settings.ts";
import { type NextStage, type Stage, wholeStage } from "./runtime/stage.ts";
import { doesNotFit, modelRoom } from "./runtime/versions/budget.ts";
import { createLoads, type Loads } from "./runtime/versions/loads.ts";
import { reasonOf } from "./runtime/versions/reason.ts";

/** Two versions: during a rollout callers use two, and with room for one this isolate would load them in turn. */
const MOST_STAGES = 2;

/** Created with the first stage, because the budget is read from the environment. */
let loads: Loads<LoadedStage> | undefined;

interface LoadedStage extends Stage {
  engine: EngineName;
}

/**
 * Runs some layers of an encoder in its own isolate. It is the entrypoint of a Worker that does nothing else; `npm run plan` writes
 * the configuration. The Worker with the layers before these calls it over a service binding.
 */
export class EncoderStage extends WorkerEntrypoint<Env> implements NextStage {
  async open(version: string, layer: number, engine: EngineName): Promise<void> {
    const { LAYERS } = this.env;
    if (!LAYERS.startsWith(`${layer}-`))
      throw new BundleError(`Layer ${layer} is wanted next, and LAYERS is "${LAYERS}".`);
    const own = (await this.#stage(version)).engine;
    if (own !== engine) throw new BundleError(`They run by ${own}, and those before them by ${engine}.`);
  }

  /** @param hidden float32 [tokens, hidden]. @returns float32 [rows, hidden], from these layers and all later ones */
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

  /** @throws BundleError whose message says why the layers can't run: over a binding only an error's message arrives */
  async #stage(version: string): Promise<LoadedStage> {
    try {
      return loads?.held(version) ?? (await this.#load(version));
    } catch (error) {
      throw new BundleError(reasonOf(error), { cause: error });
    }
  }

  async #load(version: string): Promise<LoadedStage> {
    const { MODELS } = this.env;
    const bundle = { version, manifest: await readManifest(MODELS, version) };
    const settings = encoderSettings(this.env, bundle.manifest, engineOf(this.env, bundle));
    const room = modelRoom(this.env);
    const bytes = layerBytes(bundle.manifest, settings.engine, settings.range);
    if (bytes > room) throw doesNotFit(bytes, room);
    loads ??= createLoads(room, MOST_STAGES);
    const load = async () => {
      const from = performance.now();
      const stage = await withoutBadCopies(() => wholeStage(openEncoder(MODELS, bundle, settings)));
      this.ctx.waitUntil(keepCopies(MODELS).catch(() => {})); // the isolates behind this one read the bucket then
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
      return { ...stage, engine };
    };
    return loads.get({ version, id: bundle.manifest.id, bytes, load }, this.ctx);
  }
}
