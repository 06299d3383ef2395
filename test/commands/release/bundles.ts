import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll } from "vitest";
import type { BundleFolder } from "../../../scripts/bundle_folder.ts";
import { readCheckedFolder } from "../../../scripts/lib/put_bundle.ts";
import { sha256Of } from "../../../scripts/lib/store.ts";
import { BUNDLE } from "../../integration/service.ts";

/** Folders with versions of bertweet-mini, removed after the tests of the file. */
export function bundleFolders() {
  const root = mkdtemp(join(tmpdir(), "bertweet-bundles-"));
  afterAll(async () => rm(await root, { recursive: true }));

  /** A version with an emoji.json of its own; it shares all other files with bertweet-mini. @param id of another model */
  async function make(name: string, id = "bertweet-mini"): Promise<string> {
    const folder = join(await root, name);
    await mkdir(folder);
    const manifest = JSON.parse(await readFile(join(BUNDLE, "manifest.json"), "utf8"));
    const emoji = Buffer.concat([await readFile(join(BUNDLE, "emoji.json")), Buffer.from(whitespaceOf(name))]);
    manifest.files["emoji.json"] = { bytes: emoji.length, sha256: sha256Of(emoji) };
    for (const file of await readdir(BUNDLE))
      if (file !== "manifest.json" && file !== "emoji.json") await symlink(resolve(BUNDLE, file), join(folder, file));
    await writeFile(join(folder, "emoji.json"), emoji);
    await writeFile(join(folder, "manifest.json"), JSON.stringify({ ...manifest, id, description: name }));
    return folder;
  }
  const bundle = async (name: string, id?: string) => readCheckedFolder(await make(name, id));
  /** Several versions, one for each name. */
  const bundles = async <Names extends string[]>(...names: Names) =>
    (await Promise.all(names.map((name) => bundle(name)))) as { [Index in keyof Names]: BundleFolder };
  return { make, bundle, bundles };
}

/** White space, which JSON allows at the end, that differs for each name. */
function whitespaceOf(name: string): string {
  const bits = [...name].map((character) => character.charCodeAt(0).toString(2));
  return bits.join("\n").replaceAll("0", " ").replaceAll("1", "\t");
}

/** Replaces a file, which may be a link, by what it holds with one bit of byte 1000 flipped. */
export async function flipBit(path: string): Promise<void> {
  const bytes = await readFile(path);
  bytes[1000] = (bytes[1000] as number) ^ 1;
  await rm(path);
  await writeFile(path, bytes);
}
