import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { R2Bucket } from "@cloudflare/workers-types";
import { Refusal } from "./refusal.ts";
import { openStore, type Store } from "./store.ts";

const ROOT = join(import.meta.dirname, "../..");
const CONFIG = join(ROOT, "wrangler.toml");
const BINDING = "MODELS";
const CONNECT_LIMIT_SECONDS = 60;

/** The options that choose a command's bucket. */
export const BUCKET_OPTIONS = { local: { type: "boolean" }, "persist-to": { type: "string" } } as const;

export const BUCKET_HELP = `  --local           the bucket of wrangler dev on this machine; default: the remote bucket
  --persist-to DIR  the local bucket in DIR, like wrangler dev's option; implies --local`;

interface BucketChoice {
  local?: boolean;
  "persist-to"?: string;
}

/** Chooses the local bucket of `wrangler dev`. `persistTo` is its folder, if it is not the usual one. */
export function localBucket(persistTo: string | undefined): BucketChoice {
  return { local: true, "persist-to": persistTo };
}

/** Opens a bucket, passes it to `use` with a name to show, and closes it. @throws Refusal if the bucket can't be reached */
export async function withBucket<T>(choice: BucketChoice, use: (store: Store, name: string) => Promise<T>): Promise<T> {
  const persistTo = choice["persist-to"];
  const local = choice.local || persistTo !== undefined;
  const { bucket, name, dispose } = local
    ? await openLocal(persistTo ?? join(ROOT, ".wrangler/state"))
    : await openRemote();
  try {
    return await use(openStore(bucket), name);
  } finally {
    await dispose();
  }
}

/** The first id of `MODEL` in wrangler.toml: the model for requests that name none. */
export async function firstModelId(): Promise<string | undefined> {
  const { vars } = await readConfig();
  return String(vars.MODEL ?? "")
    .split(",")[0]
    ?.trim();
}

async function openLocal(persistTo: string) {
  const { getPlatformProxy } = await import("wrangler");
  // wrangler uses a folder v3 inside its --persist-to. getPlatformProxy uses the folder itself.
  const persist = { path: join(persistTo, "v3") };
  const { env, dispose } = await getPlatformProxy<{ [BINDING]: R2Bucket }>({
    configPath: CONFIG,
    persist,
    remoteBindings: false,
  });
  return { bucket: env[BINDING], name: "local bucket", dispose };
}

/** The bucket of the account, through a preview Worker that wrangler runs there until the command ends. */
async function openRemote() {
  // Without these, wrangler prints notes of its own, and on a terminal opens a browser to log in.
  process.env.WRANGLER_LOG ??= "none";
  process.env.CI ??= "true";
  const { getPlatformProxy } = await import("wrangler");
  const { r2_buckets, account_id, compatibility_date } = await readConfig();
  const entry = r2_buckets.find(({ binding }) => binding === BINDING);
  if (!entry) throw new Refusal(`wrangler.toml has no r2_buckets entry with the binding ${BINDING}.`);

  const folder = await mkdtemp(join(tmpdir(), "bertweet-bucket-"));
  const configPath = join(folder, "wrangler.json");
  const config = { name: "bertweet-release", account_id, compatibility_date, r2_buckets: [{ ...entry, remote: true }] };
  await writeFile(configPath, JSON.stringify(config));
  try {
    const proxy = getPlatformProxy<{ [BINDING]: R2Bucket }>({ configPath, persist: false });
    const { env, dispose } = await connected(proxy, {
      bucket: `remote bucket ${entry.bucket_name}`,
      instead: " --local uses the bucket on this machine.",
    });
    return { bucket: env[BINDING], name: `remote bucket ${entry.bucket_name}`, dispose };
  } finally {
    await rm(folder, { recursive: true });
  }
}

/**
 * Waits for the connection to a remote bucket.
 *
 * @param named what is connected, and what else could be used, as an end of the advice
 * @throws Refusal with advice if there is no connection
 */
export async function connected<T>(
  connection: Promise<T>,
  { bucket, instead }: { bucket: string; instead: string },
): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    const fail = () => reject(new Error(`no connection within ${CONNECT_LIMIT_SECONDS} s`));
    timer = setTimeout(fail, CONNECT_LIMIT_SECONDS * 1000);
  });
  try {
    return await Promise.race([connection, late]);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const loggedOut = /CLOUDFLARE_API_TOKEN|credentials|log ?in/i.test(reason);
    const problem = loggedOut ? `The ${bucket} needs an account.` : `The ${bucket} can't be reached: ${reason}`;
    const remedy = "Run `npx wrangler login`, or set CLOUDFLARE_API_TOKEN and CLOUDFLARE_ACCOUNT_ID.";
    throw new Refusal(`${problem}\n${remedy}${instead}`, { cause: error });
  } finally {
    clearTimeout(timer);
  }
}

/** The parts of wrangler.toml that are used here. */
interface Config {
  account_id?: string;
  compatibility_date?: string;
  vars: Record<string, unknown>;
  r2_buckets: { binding: string; bucket_name?: string }[];
}

async function readConfig(): Promise<Config> {
  const { unstable_readConfig } = await import("wrangler");
  return unstable_readConfig({ config: CONFIG });
}
