import { type ChildProcess, execFile, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { freePort } from "../../scripts/free_port.ts";
import { type JobBuckets, putFile, withJobBuckets } from "../../scripts/jobs/buckets.ts";
import { jobsService } from "../../scripts/jobs/service.ts";
import { isOver } from "../../scripts/jobs/watch.ts";
import { jobsWorkers } from "../../scripts/lib/jobs_workers.ts";
import { KEY } from "./service.ts";

/** A service with jobs whose state is on the disk, as `npm start -- --jobs` has it, with small chunks. */

let folder: string;
let configs: string[];
let running: ChildProcess | undefined;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "jobs-killed-"));
  const { api, jobs } = jobsWorkers(createHash("sha256").update(KEY).digest("hex"), ".", folder);
  const { assets: _, build: __, ...plain } = api;
  const workers = [plain, { ...jobs, main: join(import.meta.dirname, "faulty_worker.ts") }];
  configs = workers.map((_, index) => join(folder, `${index}.json`));
  for (const [index, worker] of workers.entries()) await writeFile(configs[index] as string, JSON.stringify(worker));
  await promisify(execFile)("node", ["scripts/seed.ts", "--persist-to", join(folder, "state")]);
});
afterAll(async () => {
  await kill();
  await rm(folder, { recursive: true });
});

/** Starts wrangler and its workerd. @returns the jobs of the service */
async function start() {
  const port = await freePort();
  const options = ["--ip", "127.0.0.1", "--port", String(port), "--persist-to", join(folder, "state")];
  const child = spawn(
    "wrangler",
    ["dev", ...configs.flatMap((path) => ["--config", path]), ...options, "--show-interactive-dev-session=false"],
    { stdio: "ignore", detached: true, env: { ...process.env, WRANGLER_SEND_METRICS: "false" } },
  );
  running = child;
  const url = `http://127.0.0.1:${port}`;
  while (
    !(await fetch(`${url}/readyz`).then(
      ({ ok }) => ok,
      () => false,
    ))
  ) {
    if (child.exitCode !== null) throw new Error(`wrangler has ended with ${child.exitCode}`);
    await sleep(100);
  }
  return jobsService(url, KEY);
}

/** Kills wrangler and its workerd at once. */
async function kill(): Promise<void> {
  if (!running || running.exitCode !== null || running.signalCode !== null) return;
  const ended = once(running, "exit");
  process.kill(-(running.pid as number), "SIGKILL");
  await ended;
}

const inBuckets = <T>(use: (buckets: JobBuckets) => Promise<T>) => withJobBuckets(join(folder, "state"), use);

/** The chunks of a job that has ended, by their names. */
const chunksOf = (output: string) =>
  inBuckets(async ({ all }) => {
    const bucket = all.get("labels");
    const prefix = `${output.slice("r2://labels/".length)}chunks/`;
    const { objects = [] } = (await bucket?.list({ prefix })) ?? {};
    const chunks = objects.map(async ({ key }) => [key.slice(prefix.length), await (await bucket?.get(key))?.text()]);
    return Object.fromEntries(await Promise.all(chunks));
  });

test("a job whose workerd was killed ends with the same bytes after `retry`", { timeout: 300_000 }, async () => {
  const rows = Array.from({ length: 600 }, (_, id) => JSON.stringify({ id, text: `off to Berlin, so happy ${id}` }));
  await writeFile(join(folder, "rows.ndjson"), rows.join("\n"));
  await inBuckets(({ all }) =>
    putFile(all.get("tweets") as never, "rows.ndjson", join(folder, "rows.ndjson"), () => {}),
  );
  const order = (name: string) => ({
    input: "r2://tweets/rows.ndjson",
    output: `r2://labels/${name}/`,
    tasks: ["sentiment", "ner"],
  });

  let service = await start();
  const ended = async (id: string) => {
    for (;;) {
      const job = await service.get(id);
      if (isOver(job)) return job;
      await sleep(100);
    }
  };
  const whole = await ended((await service.submit(order("whole"))).id);
  const { id } = await service.submit(order("killed"));
  let job = await service.get(id);
  while (job.chunks.done < 3) job = await service.get(id);
  await kill();

  service = await start();
  const { total = 0, done } = (await service.get(id)).chunks;
  expect(done).toBeGreaterThanOrEqual(3);
  expect(done).toBeLessThan(total);
  expect(await service.retry(id)).toMatchObject({ run: 2 });
  const last = await ended(id);
  expect(last).toMatchObject({ state: "finished", lines: whole.lines, work: whole.work });
  await kill();
  expect(await chunksOf(last.output)).toEqual(await chunksOf(whole.output));
});
