import { relative, resolve } from "node:path";
import { experimental_readRawConfig, type Unstable_RawConfig } from "wrangler";
import type { Plan } from "./plan_isolates.ts";

/** A Worker of a plan, and what `wrangler` is to be told of it. */
export interface PlannedWorker {
  name: string;
  config: Unstable_RawConfig;
}

/**
 * The Workers of a plan, the one that answers HTTP first: the project's own configuration with the model's part of it, and one
 * Worker for each isolate behind it, each bound to the next.
 *
 * @param root the project's folder, where wrangler.toml lies
 * @param from the folder that the configurations' paths are to start at
 */
export function wranglerConfigs(plan: Plan, modelId: string, root: string, from: string): PlannedWorker[] {
  const { rawConfig } = experimental_readRawConfig({ config: resolve(root, "wrangler.toml") });
  const {
    name: project = "bertweet-edge",
    main,
    assets,
    build,
    vars,
    ratelimits,
    cache,
    alias = {},
    ...rest
  } = rawConfig;
  // Absolute, since wrangler looks for them from where a configuration lies, which may be outside of the project.
  const aliases = Object.entries(alias as Record<string, string>).map(([imported, path]) => [
    imported,
    resolve(root, path),
  ]);
  const shared = { ...rest, alias: Object.fromEntries(aliases) };
  const at = (path: string) => relative(from, resolve(root, path)) || ".";
  const names = plan.isolates.map((_, index) => (index === 0 ? project : `${project}-stage-${index + 1}`));

  return plan.isolates.map(({ range }, index) => {
    const isFirst = index === 0;
    const next = names[index + 1];
    const part = {
      ENGINE: plan.engine,
      LAYERS: `${range.first}-${range.end - 1}`,
      MEMORY_BUDGET_MB: String(Math.ceil(plan.budget / 2 ** 20)),
    };
    const services = next ? [{ binding: "NEXT_STAGE", service: next, entrypoint: "EncoderStage" }] : [];
    const config = isFirst
      ? {
          ...shared,
          main: at(main as string),
          assets: { ...assets, directory: at(assets?.directory as string) },
          build: { ...build, cwd: resolve(root) }, // wrangler takes it from its own working directory, not from the configuration's
          ratelimits,
          cache,
          vars: {
            ...vars,
            ...part,
            MODEL: modelId,
            RESIDENT_WORDS: String(plan.residentWords),
          },
        }
      : { ...shared, main: at("src/encoder-stage.ts"), workers_dev: false, vars: part };
    return { name: names[index] as string, config: { ...config, name: names[index], services } };
  });
}
