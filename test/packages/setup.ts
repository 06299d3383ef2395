import { execFile } from "node:child_process";
import { mkdtemp, readdir, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import type { TestProject } from "vitest/node";

declare module "vitest" {
  interface ProvidedContext {
    /** A separate project with the package installed from its tarball, and with Hono and the types of Workers. */
    project: string;
    tarball: string;
  }
}

const run = promisify(execFile);

/** Builds and packs the package, installs it from the tarball, and brings the runtimes. */
export default async function setup({ provide }: TestProject) {
  const folder = await mkdtemp(join(tmpdir(), "bertweet-package-"));
  await run("npm", ["pack", "--pack-destination", folder]);
  const [name = ""] = (await readdir(folder)).filter((each) => each.endsWith(".tgz"));
  const tarball = join(folder, name);
  await writeFile(join(folder, "package.json"), '{ "private": true, "type": "module" }');
  await run("npm", ["install", "--no-audit", "--no-fund", "--no-package-lock", tarball], { cwd: folder });
  await run("npm", ["install", "--no-package-lock", "--prefix", "test/packages/runtimes"]);
  for (const [from, to] of [
    ["hono", "hono"],
    ["@cloudflare", "@cloudflare"],
  ])
    await symlink(join(process.cwd(), "node_modules", from as string), join(folder, "node_modules", to as string));
  provide("project", folder);
  provide("tarball", tarball);
  return () => rm(folder, { recursive: true });
}
