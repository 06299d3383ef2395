import { createHash } from "node:crypto";
import { createReadStream, readdirSync, statSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { Transform } from "node:stream";
import { pipeline } from "node:stream/promises";

/** A request that came in; `range` is its header. */
interface HubRequest {
  method: string;
  path: string;
  range?: string;
}

interface HubOptions {
  /** Repositories that answer only to this token, as private ones do. */
  tokens?: Record<string, string>;
  /** Repositories whose terms nobody has accepted. */
  gated?: string[];
  /** The first download of a file by LFS breaks off after so many bytes. */
  breaksAfter?: number;
}

/** What the Hub keeps in LFS, and so in another store than the repository. */
const LFS = /\.(bin|safetensors|h5|msgpack|onnx)$/;

/** The path of a file of a repository, or of the store of large files. */
const DOWNLOAD = /^\/(?:lfs\/[^/]+\/[^/]+|[^/]+\/[^/]+\/resolve\/[^/]+)\/(.+)$/;

const hexOf = (algorithm: string, text: string) => createHash(algorithm).update(text).digest("hex");

async function sha256OfFile(path: string): Promise<string> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(path), hash);
  return hash.digest("hex");
}

/** The environment for a Python that is to know this Hub alone, and to keep what it downloads in `cache`. */
export function hubEnvironment(url: string, cache: string): NodeJS.ProcessEnv {
  const { HF_TOKEN: _token, HF_HUB_OFFLINE: _offline, HF_HUB_CACHE: _cache, ...rest } = process.env;
  return { ...rest, HF_ENDPOINT: url, HF_HOME: cache };
}

/**
 * Serves folders as Hugging Face's Hub serves repositories: what `huggingface_hub` asks for a download, redirects to the store of large files,
 * ranges, error codes. `HF_ENDPOINT` is to name its `url`. No Xet: the client then takes plain HTTP.
 *
 * @param root has a folder for each repository and revision: `owner/name` for main, `owner/name@revision` for others
 */
export async function startHub(root: string, { tokens = {}, gated = [], breaksAfter }: HubOptions = {}) {
  const requests: HubRequest[] = [];
  const hashes = new Map<string, Promise<string>>();
  let breaks = breaksAfter;

  const refuse = (response: ServerResponse, status: number, code: string) =>
    response.writeHead(status, { "X-Error-Code": code, "X-Error-Message": code }).end();

  /** The revisions of a repository: the folder of each, and its commit. */
  function revisionsOf(repository: string): Map<string, { folder: string; commit: string }> {
    const [owner = "", name = ""] = repository.split("/");
    const folders = readdirSync(root).includes(owner) ? readdirSync(join(root, owner)) : [];
    const here = folders.filter((folder) => folder.split("@")[0] === name);
    return new Map(
      here.flatMap((folder) => {
        const revision = { folder: join(root, owner, folder), commit: hexOf("sha1", folder) };
        return [
          [folder.split("@")[1] ?? "main", revision],
          [revision.commit, revision],
        ];
      }),
    );
  }

  const filesOf = (folder: string) =>
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1));

  const etagOf = (path: string) => {
    const known = hashes.get(path) ?? sha256OfFile(path);
    hashes.set(path, known);
    return known;
  };

  async function describe(folder: string, path: string) {
    const { size } = statSync(join(folder, path));
    const oid = await etagOf(join(folder, path));
    const pointer = { oid: hexOf("sha1", oid), size };
    return { type: "file", path, ...pointer, ...(LFS.test(path) ? { lfs: { oid, size, pointerSize: 134 } } : {}) };
  }

  async function send(request: IncomingMessage, response: ServerResponse, path: string) {
    const { size } = statSync(path);
    const start = Number(/^bytes=(\d+)-/.exec(request.headers.range ?? "")?.[1] ?? 0);
    const range = start > 0 ? { "Content-Range": `bytes ${start}-${size - 1}/${size}` } : {};
    response.writeHead(start > 0 ? 206 : 200, { "Content-Length": size - start, "Accept-Ranges": "bytes", ...range });
    if (request.method === "HEAD") return response.end();
    const limit = breaks;
    breaks = undefined;
    let sent = 0;
    const cut = new Transform({
      transform(chunk, _, done) {
        sent += chunk.length;
        done(limit !== undefined && sent > limit ? new Error("cut") : undefined, chunk);
      },
    });
    await pipeline(createReadStream(path, { start }), cut, response).catch(() => response.destroy());
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<unknown> {
    const { pathname } = new URL(request.url ?? "/", "http://hub");
    const stored = /^\/lfs\/(.+)$/.exec(pathname)?.[1];
    if (stored !== undefined) return send(request, response, join(root, stored));
    const parts = /^\/(?:api\/models\/)?([^/]+\/[^/]+)(?:\/(revision|tree|resolve)\/([^/]+)(?:\/(.+))?)?$/.exec(
      pathname,
    );
    const [, repository = "", kind = "revision", name = "main", path = ""] = parts ?? [];
    const revisions = revisionsOf(repository);
    const token = tokens[repository];
    const isOpen = token === undefined || request.headers.authorization === `Bearer ${token}`;
    if (revisions.size === 0 || !isOpen) return refuse(response, 401, "RepoNotFound");
    if (gated.includes(repository)) return refuse(response, 403, "GatedRepo");
    const revision = revisions.get(decodeURIComponent(name));
    if (!revision) return refuse(response, 404, "RevisionNotFound");
    const { folder, commit } = revision;
    const files = filesOf(folder);
    const json = (value: unknown) =>
      response.writeHead(200, { "Content-Type": "application/json" }).end(JSON.stringify(value));
    if (kind === "revision")
      return json({ id: repository, sha: commit, private: false, siblings: files.map((rfilename) => ({ rfilename })) });
    if (kind === "tree") return json(await Promise.all(files.map((file) => describe(folder, file))));
    if (!files.includes(path)) return refuse(response, 404, "EntryNotFound");
    const etag = `"${await etagOf(join(folder, path))}"`;
    response.setHeader("X-Repo-Commit", commit);
    if (!LFS.test(path)) return send(request, response.setHeader("ETag", etag), join(folder, path));
    response.writeHead(302, {
      Location: `http://127.0.0.1:${port()}/lfs/${join(folder, path).slice(root.length + 1)}`,
      "X-Linked-Etag": etag,
      "X-Linked-Size": statSync(join(folder, path)).size,
    });
    return response.end();
  }

  const server = createServer((request, response) => {
    requests.push({ method: request.method ?? "", path: request.url ?? "", range: request.headers.range });
    answer(request, response).catch((error) => response.writeHead(500).end(String(error)));
  });
  const port = () => (server.address() as AddressInfo).port;
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    // Not the name that large files are at: the client takes the headers of the Hub itself, and so follows redirects within it.
    url: `http://localhost:${port()}`,
    requests,
    /** The names of the files that were downloaded, one for each time. */
    downloaded: () =>
      requests.flatMap(({ method, path }) => (method === "GET" ? (DOWNLOAD.exec(path)?.[1] ?? []) : [])),
    close: () => {
      server.closeAllConnections();
      return new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
