/**
 * Builds the Worker's static assets into dist/assets: the playground, the API reference and Swagger UI.
 * `wrangler.toml` runs it before every `wrangler dev` and `wrangler deploy`. The tests run it too.
 */
import { readdir, readFile, rm } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { putFile } from "./lib/put_file.ts";
import { withSourceLink } from "./lib/source_link.ts";

const SOURCE = "src/playground";
const TARGET = "dist/assets";

const files = new Map<string, Uint8Array>();
files.set("_headers", await readFile(join(SOURCE, "_headers")));
for (const name of ["index.html", "docs.html", "jobs.html"])
  files.set(name, Buffer.from(withSourceLink(await readFile(join(SOURCE, name), "utf8"), await readHomepage())));
files.set("playground/icon.svg", await readFile(join(SOURCE, "icon.svg")));

const bundled = await build({
  entryPoints: ["app.ts", "docs.ts", "jobs.ts", "style.css", "docs.css", "jobs.css"].map((name) => join(SOURCE, name)),
  outdir: join(TARGET, "playground"),
  bundle: true,
  minify: true,
  format: "esm",
  target: ["chrome123", "firefox128", "safari17.5"],
  external: ["/swagger/*"],
  write: false,
});
for (const { path, contents } of bundled.outputFiles) files.set(relative(TARGET, path), contents);

const swagger = dirname(fileURLToPath(import.meta.resolve("swagger-ui-dist/package.json")));
for (const name of ["swagger-ui.css", "swagger-ui-bundle.js", "swagger-ui-bundle.js.LICENSE.txt", "LICENSE", "NOTICE"])
  files.set(`swagger/${name}`, await readFile(join(swagger, name)));

for (const [name, contents] of files) await putFile(join(TARGET, name), contents);
for (const entry of await readdir(TARGET, { recursive: true, withFileTypes: true })) {
  const path = join(entry.parentPath, entry.name);
  if (entry.isFile() && !files.has(relative(TARGET, path))) await rm(path);
}

/** The address of the project's source, if package.json has one. */
async function readHomepage(): Promise<string | undefined> {
  return JSON.parse(await readFile("package.json", "utf8")).homepage;
}
