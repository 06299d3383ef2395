/**
 * Serves the page that labels tweets in the browser. Any static file server can do this. It needs this folder, `model.js` and
 * `problem-error.js` of the package, and the folder of a bundle.
 *
 *     npm run build && node examples/in-the-browser/serve.ts
 */
import { createReadStream, statSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { extname, join } from "node:path";

const ROOT = join(import.meta.dirname, "../..");
const TYPES: Record<string, string> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".json": "application/json",
};

/** The file behind a path of the page. */
function fileOf(path: string): string {
  if (path === "/") return join(import.meta.dirname, "index.html");
  if (path === "/model.js" || path === "/problem-error.js") return join(ROOT, "dist/package", path);
  const bundled = /^\/bertweet-mini\/([\w.-]+)$/.exec(path)?.[1];
  return bundled
    ? join(ROOT, "models/bertweet-mini", bundled)
    : join(import.meta.dirname, path.replace(/[^\w.-]/g, ""));
}

/** Serves the page at a port of 127.0.0.1. Port 0 selects a free port. */
export function servePage(port: number): Server {
  const server = createServer((request, response) => {
    const path = fileOf(new URL(request.url ?? "/", "http://127.0.0.1").pathname);
    const found = statSync(path, { throwIfNoEntry: false });
    if (!found?.isFile()) return response.writeHead(404).end();
    response.writeHead(200, {
      "Content-Type": TYPES[extname(path)] ?? "application/octet-stream",
      "Content-Length": found.size,
    });
    createReadStream(path).pipe(response);
  });
  return server.listen(port, "127.0.0.1");
}

if (import.meta.main) {
  servePage(8000);
  console.log("http://127.0.0.1:8000");
}
