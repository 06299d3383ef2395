import { relative, resolve } from "node:path";
import { experimental_readRawConfig, type Unstable_RawConfig } from "wrangler";

/** Name of the Worker of the jobs. wrangler makes it of the project's name and the environment's. */
export const JOBS_WORKER = "bertweet-edge-jobs";

/** The two Workers of a service with jobs. */
interface JobsWorkers {
  /** Answers HTTP, with AUTH on. */
  api: Unstable_RawConfig;
  jobs: Unstable_RawConfig;
}

/**
 * Wrangler configurations of a local service with jobs, from wrangler.toml and its environment `jobs`.
 *
 * @param keyHash SHA-256 (hex) of the key that the service accepts
 * @param root the project's folder, with wrangler.toml
 * @param from the folder to which the configurations' paths are relative
 */
export function jobsWorkers(keyHash: string, root: string, from = root): JobsWorkers {
  const { rawConfig } = experimental_readRawConfig({ config: resolve(root, "wrangler.toml") });
  const { env = {}, assets, build, alias = {}, main, ...api } = rawConfig;
  const at = (path: string | undefined) => relative(from, resolve(root, path as string)) || ".";
  // Absolute, because wrangler resolves them from the configuration's folder.
  const aliases = Object.entries(alias as Record<string, string>).map(([name, path]) => [name, resolve(root, path)]);
  const { compatibility_date, minify, keep_names } = api;
  const shared = { compatibility_date, minify, keep_names, alias: Object.fromEntries(aliases) };
  return {
    api: {
      ...api,
      ...shared,
      main: at(main),
      assets: { ...assets, directory: at(assets?.directory) },
      build: { ...build, cwd: resolve(root) },
      services: [{ binding: "JOBS", service: JOBS_WORKER }],
      vars: { ...api.vars, AUTH: "on", API_KEY_HASHES: keyHash },
    },
    jobs: { ...shared, ...env.jobs, name: JOBS_WORKER, main: at(env.jobs?.main) },
  };
}
