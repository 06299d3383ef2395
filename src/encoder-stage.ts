import { WorkerEntrypoint } from "cloudflare:workers";
import { readManifest } from "./bundle/bucket.ts";
import { BundleError } from "./bundle/bundle-error.ts";
import { MODEL_LOAD_LIMIT_MS, MODEL_WAIT_LIMIT_MS } from "./limits.ts";
import { openEncoder } from "./runtime/encoder.ts";
import { release } from "./runtime/release.ts";
import { encoderSettings } from "./runtime/settings.ts";
import { singleFlight } from "./runtime/single-flight.ts";
import type { NextStage, Stage } from "./runtime/stage.ts";

let loader: { version: string; get: ReturnType<typeof singleFlight<Stage>> } | undefined;

/**
 * Some layers of an encoder in an isolate of their own, for a Worker that has no other entry (`npm run plan` writes its
 * configuration). The Worker that holds the layers before these calls it over a service binding.
 */
export class EncoderStage extends WorkerEntrypoint<Env> implements NextStage {
  async open(version: string, layer: number): Promise<void> {
    const { range } = encoderSettings(this.env, await readManifest(this.env.MODELS, version));
    if (range.first !== layer) throw new BundleError(`Layer ${layer} is wanted next, and LAYERS begins with another.`);
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

  #stage(version: string): Promise<Stage> {
    if (loader?.version !== version) {
      const load = async () => {
        const manifest = await readManifest(this.env.MODELS, version);
        return openEncoder(this.env.MODELS, { version, manifest }, encoderSettings(this.env, manifest));
      };
      loader = { version, get: singleFlight(load, { loadMs: MODEL_LOAD_LIMIT_MS, waitMs: MODEL_WAIT_LIMIT_MS }) };
    }
    return loader.get((promise) => this.ctx.waitUntil(promise));
  }
}
