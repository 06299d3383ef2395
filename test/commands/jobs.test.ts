import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { promisify } from "node:util";
import type { R2Bucket } from "@cloudflare/workers-types";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { getFile, putFile } from "../../scripts/jobs/buckets.ts";
import { bar } from "../../scripts/jobs/watch.ts";
import type { Job } from "../../src/http/schemas/jobs.ts";
import { KEY, startJobs } from "../jobs/service.ts";

const service = startJobs();

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "jobs-"));
});
afterAll(() => rm(folder, { recursive: true }));

async function jobs(...args: string[]) {
  const options = ["--url", service.url("").toString(), "--key", KEY, "--persist-to", join(folder, "state")];
  const run = promisify(execFile)("node", ["scripts/jobs.ts", ...options, ...args]);
  return run.then(
    ({ stdout }) => ({ code: 0, printed: stdout }),
    ({ code, stdout, stderr }) => ({ code, printed: stdout + stderr }),
  );
}

test("a job is submitted, watched, listed and shown, and its output is collected", async () => {
  await service.jobs.put("few.csv", 'id,text\n1,"so\nhappy"\n2,not again\n3\n');
  const order = ["submit", "r2://tweets/few.csv", "--tasks", "irony", "--out", "r2://labels/"];
  const submitted = await jobs(...order);
  const [id = ""] = submitted.printed.split(" ");
  expect((await jobs(...order)).printed.startsWith(id)).toBe(true);
  const watched = await jobs("watch", id);
  expect(watched).toEqual({
    code: 3,
    printed: expect.stringMatching(
      /^\[#{24}\] finished, 1 of 1 chunks, 3 lines, 1 bad, about .* s of CPU, US\$ 0\.0000\d\d\n/,
    ),
  });
  expect((await jobs("list")).printed).toMatch(new RegExp(`^${id} .* finished r2://tweets/few.csv$`, "m"));
  expect(JSON.parse((await jobs("show", id)).printed)).toMatchObject({ id, format: "csv" });
  expect((await jobs("cancel", id)).printed).toBe(`${id} finished\n`);

  // The command reads the buckets of a folder, the service has its own: its objects are put there as they are.
  const { JOB_OUTPUT } = await service.env();
  for (const { key } of (await JOB_OUTPUT.list({ prefix: id })).objects) {
    await writeFile(join(folder, "object"), (await (await JOB_OUTPUT.get(key))?.text()) ?? "");
    await jobs("put", join(folder, "object"), "--out", `r2://labels/${key}`);
  }
  const to = join(folder, "out.ndjson");
  expect(await jobs("collect", id, "--to", to)).toMatchObject({ code: 3, printed: expect.stringContaining("model ") });
  const lines = (await readFile(to, "utf8")).trimEnd().split("\n");
  expect(lines.map((line) => JSON.parse(line))).toEqual([
    { id: "1", text: "so\nhappy", answer: expect.objectContaining({ results: expect.anything() }) },
    { id: "2", text: "not again", answer: expect.objectContaining({ results: expect.anything() }) },
    { id: "3", answer: { error: expect.anything() } },
  ]);
  await writeFile(join(folder, "object"), "something else");
  await jobs("put", join(folder, "object"), "--out", `r2://labels/${id}/chunks/000000.ndjson`);
  expect(await jobs("collect", id, "--to", to)).toEqual({
    code: 1,
    printed: expect.stringContaining("is not the object that the job has written"),
  });
});

test("a file of several parts comes back as it was", async () => {
  const bytes = Buffer.alloc(40 * 2 ** 20, "every part has other bytes than the part before it. ");
  await writeFile(join(folder, "large.bin"), bytes);
  expect(await jobs("put", join(folder, "large.bin"))).toEqual({
    code: 0,
    printed: "r2://tweets/large.bin: 41,943,040 bytes\n",
  });
  const to = join(folder, "back.bin");
  expect((await jobs("get", "r2://tweets/large.bin", "--to", to)).code).toBe(0);
  expect((await readFile(to)).equals(bytes)).toBe(true);
});

test("a bucket that does not answer is given up", async () => {
  const silent = new Promise<never>(() => {});
  const bucket = { get: () => silent, put: () => silent } as unknown as R2Bucket;
  const path = join(folder, "small.bin");
  await writeFile(path, "small");
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  try {
    const calls = [getFile(bucket, [{ key: "a" }], join(folder, "a")), putFile(bucket, "b", path, () => {})];
    let isOpen = true;
    const settled = Promise.allSettled(calls).finally(() => {
      isOpen = false;
    });
    while (isOpen) {
      await vi.advanceTimersByTimeAsync(30_000);
      await setImmediate();
    }
    const reasons = (await settled).map((each) => String((each as PromiseRejectedResult).reason));
    expect(reasons).toEqual([
      expect.stringContaining('failed at "get a": no answer within 60 s'),
      expect.stringContaining('failed at "put b": no answer within 600 s'),
    ]);
  } finally {
    vi.useRealTimers();
  }
});

test("what the service or a bucket refuses is told, with code 1", async () => {
  const refused = (message: RegExp) => ({ code: 1, printed: expect.stringMatching(message) });
  const order = ["--tasks", "irony", "--out", "r2://labels/"];
  expect(await jobs("submit", "r2://tweets/none.csv", ...order)).toEqual(refused(/422 .*no object/));
  expect(await jobs("show", "none")).toEqual(refused(/404/));
  expect(await jobs("get", "r2://other/key")).toEqual(refused(/no bucket other, but tweets and labels/));
  expect(await jobs("get", "none", "--to", join(folder, "none"))).toEqual(refused(/The bucket has no none/));
  expect(await jobs("fly", "away")).toEqual(refused(/Needs one of/));
  expect(await jobs("show", "none", "--key", "wrong")).toEqual(refused(/401/));
});

test("the bar shows the rate since it began, and the time that is left", () => {
  let now = 0;
  const job = (done: number, answered: number): Job =>
    ({
      state: "running",
      chunks: { total: 10, done, dead: 0 },
      lines: { answered, failed: 0 },
      work: { tokens: 0 },
    }) as Job;
  const show = bar(job(2, 2_000), () => now);
  now = 10_000;
  expect(show(job(4, 4_000))).toContain("] running, 4 of 10 chunks, 4,000 lines, 0 bad, 200.0 a second, 30 s left, ");
});
