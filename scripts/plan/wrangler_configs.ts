import { relative, resolve } from "node:path";
import { experimental_readRawConfig, type Unstable_RawConfig } from "wrangler";
import type { Plan } from "./plan_isolates.ts";

/** A Worker of a plan, with its wrangler configuration. */
export interface PlannedWorker {
  name: string;
  config: Unstable_RawConfig;
}

/**
 * The Workers of a plan. The first one answers HTTP: it has the project's own configuration, and its part of the model. The others
 * have one isolate each. Each Worker is bound to the next.
 *
 * @param root the project's folder, with wrangler.toml
 * @param from the folder to which the configurations' paths are relative
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
    env: _,
    alias = {},
    ...rest
  } = rawConfig;
  // Absolute, because wrangler resolves them from the configuration's folder, which may be outside the project.
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
          build: { ...build, cwd: resolve(root) }, // wrangler resolves it from its own working directory, not from the configuration's folder
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
