/**
 * Puts a bundle into the R2 bucket of the account that wrangler is logged in to: files under their SHA-256 first, the
 * pointer last. `node scripts/upload.ts [FOLDER ...]`, by default models/bertweet-mini.
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { blobKey, pointerKey } from "../src/bundle/keys.ts";
import { readBundleFolder } from "./bundle_folder.ts";

const BUCKET = "bertweet-models";

function put(key: string, file: string): void {
  execFileSync("wrangler", ["r2", "object", "put", `${BUCKET}/${key}`, "--file", file, "--remote"], {
    stdio: "inherit",
  });
}

const scratch = mkdtempSync(join(tmpdir(), "bertweet-upload-"));
for (const folder of process.argv.length > 2 ? process.argv.slice(2) : ["models/bertweet-mini"]) {
  const { manifest, version } = await readBundleFolder(folder);
  const { id, files } = manifest;
  for (const [name, { sha256 }] of Object.entries(files)) put(blobKey(sha256), join(folder, name));

  const pointerFile = join(scratch, "pointer");
  writeFileSync(pointerFile, version);
  put(blobKey(version), join(folder, "manifest.json"));
  put(pointerKey(id), pointerFile);
}
rmSync(scratch, { recursive: true });
