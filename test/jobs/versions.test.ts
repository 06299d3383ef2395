import { createHash } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { JOBS_WORKER } from "../../scripts/lib/jobs_workers.ts";
import { blobKey, pointerKey } from "../../src/bundle/keys.ts";
import { POINTER_TTL_MS } from "../../src/limits.ts";
import { controlOf } from "../faults/service.ts";
import type { Orders } from "./orders.ts";
import { startJobs } from "./service.ts";

const service = startJobs({ main: "test/jobs/faulty_worker.ts" });
const { jobs } = service;
const POINTER = pointerKey("bertweet-mini");

const tell = (path: string, orders: object) =>
  service.worker(JOBS_WORKER).fetch(`http://jobs${path}`, { method: "POST", body: JSON.stringify(orders) });
const order = async (orders: Orders) => void (await (await tell("/", orders)).text());
const { shiftClock } = controlOf((orders) => tell("/__faults", orders));

const submit = (folder: string) =>
  jobs.submit({ input: "r2://tweets/rows.ndjson", output: `r2://labels/${folder}/`, tasks: ["sentiment"] });

test("a job is answered by the version that was current when it began, or ends when that was removed", async () => {
  await jobs.put("rows.ndjson", '{"text":"so happy"}\n{"text":"not again"}\n');
  const { MODELS } = await service.env();
  const read = async (key: string) => (await (await MODELS.get(key))?.text()) as string;
  const first = await read(POINTER);
  await order({ faults: [], held: true });
  const kept = await submit("kept");
  expect(kept.model.version).toBe(first);

  // A version that differs in its description alone. It is read once the pointer is old.
  const bytes = JSON.stringify({ ...JSON.parse(await read(blobKey(first))), description: "another" });
  const second = createHash("sha256").update(bytes).digest("hex");
  await MODELS.put(blobKey(second), bytes);
  await MODELS.put(POINTER, second);
  await shiftClock(POINTER_TTL_MS + 1);
  let lost = await submit("lost");
  while (lost.model.version !== second) {
    await sleep(100);
    lost = await submit("lost");
  }
  await MODELS.delete(blobKey(second));
  await order({ held: false });

  const finished = await jobs.ended(kept.id);
  expect(finished).toMatchObject({ state: "finished", model: { version: first } });
  for (const line of (await jobs.output(finished)).lines) expect(line).toContain(first);
  const failed = await jobs.ended(lost.id);
  expect(failed).toMatchObject({ state: "failed", reason: expect.stringContaining(`Version ${second}`) });
  expect(failed.reason).toContain("was removed from the bucket");
});
