import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { R2Bucket } from "@cloudflare/workers-types";
import { seed } from "../../scripts/seed.ts";
import { BUNDLE } from "./service.ts";

/** Seeds bertweet-mini, and the same model once more under another id. */
export async function seedTwo(bucket: R2Bucket): Promise<void> {
  await seed(bucket, BUNDLE);
  const folder = await mkdtemp(join(tmpdir(), "bertweet-copy-"));
  await cp(BUNDLE, folder, { recursive: true });
  const manifest = JSON.parse(await readFile(join(BUNDLE, "manifest.json"), "utf8"));
  await writeFile(join(folder, "manifest.json"), JSON.stringify({ ...manifest, id: "bertweet-copy" }));
  await seed(bucket, folder);
  await rm(folder, { recursive: true });
}
