import { execFile } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { sha256Of } from "../../../scripts/lib/store.ts";
import { bundleFolders, flipBit } from "./bundles.ts";

const folders = bundleFolders();
const scratch = await mkdtemp(join(tmpdir(), "bertweet-commands-"));
const persistTo = join(scratch, "state");
afterAll(() => rm(scratch, { recursive: true }));

/** No account, whoever runs the tests. */
const { CLOUDFLARE_API_TOKEN, CLOUDFLARE_API_KEY, CLOUDFLARE_EMAIL, CLOUDFLARE_ACCOUNT_ID, ...rest } = process.env;
const noAccount = { ...rest, HOME: scratch, XDG_CONFIG_HOME: scratch };

/** Runs a command of package.json as npm does. */
function run(script: string, args: string[], env: NodeJS.ProcessEnv = noAccount) {
  return new Promise<{ code: number; stdout: string; stderr: string }>((resolve) => {
    const child = execFile(process.execPath, [`scripts/${script}.ts`, ...args], { env }, (_, stdout, stderr) =>
      resolve({ code: child.exitCode ?? -1, stdout, stderr }),
    );
  });
}

const local = (script: string, ...args: string[]) => run(script, [...args, "--persist-to", persistTo]);

test.each([
  ["upload", []],
  ["models", ["list"]],
])("%s without an account says what to do in two lines", async (script, args) => {
  const { code, stdout, stderr } = await run(script, args);
  expect({ code, lines: stderr.trimEnd().split("\n").length }).toEqual({ code: 1, lines: 2 });
  expect(stderr).toContain("npx wrangler login");
  expect(stdout + stderr).not.toMatch(/\n\s+at /);
});

test("a flipped bit on disk is named, with exit code 1, before a bucket is opened", async () => {
  const folder = await folders.make("flipped");
  await flipBit(join(folder, "heads.bin"));
  const unused = join(scratch, "unused");
  const { code, stdout, stderr } = await run("upload", [folder, "--persist-to", unused]);
  expect({ code, stdout, written: existsSync(unused) }).toEqual({ code: 1, stdout: "", written: false });
  expect(stderr).toContain(`${join(folder, "heads.bin")} is not the file that the manifest names`);
});

test("a folder without a bundle is told in one line", async () => {
  const { code, stderr } = await run("upload", ["docs", "--persist-to", persistTo]);
  expect({ code, stderr }).toEqual({ code: 1, stderr: "docs/manifest.json can't be read (ENOENT).\n" });
});

test("npm start on a port that is in use says so in one line", async () => {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  const { code, stderr } = await run("start", [], { ...noAccount, PORT: String(port) });
  server.close();
  expect(code).toBe(1);
  expect(stderr).toBe(`Port ${port} is in use. Choose another one: PORT=${port + 1} npm start\n`);
});

test("npm start's seeding leaves another version of the model alone, and says how to go on", async () => {
  const [mine, other] = await Promise.all([folders.make("mine"), folders.make("shipped")]);
  const state = ["--persist-to", join(scratch, "kept")];
  for (const args of [[mine], ["--no-replace", mine]])
    expect(await run("seed", [...args, ...state])).toMatchObject({ code: 0, stderr: "" });
  const { code, stdout, stderr } = await run("seed", ["--no-replace", other, ...state]);
  expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
  expect(stderr).toMatch(
    /^The local bucket has version [0-9a-f]{12} of bertweet-mini, and .*\n.*npm run dev.*npm run seed/,
  );
  expect(await run("models", ["list", "--json", ...state])).toMatchObject({
    stdout: expect.stringContaining(sha256Of(await readFile(join(mine, "manifest.json")))),
  });
  expect(await run("seed", [other, ...state])).toMatchObject({ code: 0 });
});

test("a release from seed to prune", { timeout: 300_000 }, async () => {
  const [old, good, better] = await Promise.all(["old", "good", "better"].map((name) => folders.make(name)));
  const versionOf = async (folder = "") => sha256Of(await readFile(join(folder, "manifest.json")));
  const [oldVersion, goodVersion, betterVersion] = await Promise.all([old, good, better].map(versionOf));
  const roles = async () => {
    const [model] = JSON.parse(await succeed("models", "list", "--json")).models;
    const { versions } = model as { versions: { version: string; role: string }[] };
    return Object.fromEntries(versions.map(({ version, role }) => [version, role]));
  };
  const succeed = async (script: string, ...args: (string | undefined)[]) => {
    const { code, stdout, stderr } = await local(script, ...args.map(String));
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    return stdout;
  };

  expect(await succeed("seed", old)).toContain("is in the local bucket");
  expect(await succeed("upload", good, better, "--dry-run")).toMatch(
    /present +words\.bin[\s\S]*would send +emoji\.json/,
  );
  await succeed("upload", good);
  await succeed("upload", better, "--stage");
  await succeed("models", "canary", betterVersion?.slice(0, 12), "--percent", "20");
  expect(await succeed("models", "list")).toMatch(/canary 20 %[\s\S]*sentiment average_recall/);
  await succeed("models", "promote");
  expect(await roles()).toEqual({
    [`${oldVersion}`]: "none",
    [`${goodVersion}`]: "none",
    [`${betterVersion}`]: "current",
  });
  expect(await succeed("models", "rollback")).toContain(`current ${goodVersion?.slice(0, 12)}`);

  await succeed("models", "rollback", betterVersion);
  expect(await succeed("models", "prune", "--keep", "1")).toContain("Nothing was removed; --yes removes them.");
  expect(await succeed("models", "prune", "--keep", "1", "--yes")).toContain("Removed 2 of 2 files.");
  expect(await roles()).toEqual({ [`${betterVersion}`]: "current", [`${goodVersion}`]: "none" });
});

test.each([
  [["lst"], /Say one of list, rollback/],
  [["promote", "--percent", "5"], /promote has no option --percent/],
  [["promote", "abc"], /promote takes fewer arguments than these: abc/],
  [["canary"], /Say which version the canary is/],
])("models %j is refused before a bucket is opened", async (args, message) => {
  const { code, stderr } = await run("models", args);
  expect(code).toBe(1);
  expect(stderr).toMatch(message);
});

test("models on an empty bucket says what to do", async () => {
  const { code, stderr } = await run("models", ["rollback", "--persist-to", join(scratch, "empty")]);
  expect({ code, stderr }).toEqual({
    code: 1,
    stderr: "The bucket holds no model. `npm run upload` puts one there.\n",
  });
});
