import { setTimeout as sleep } from "node:timers/promises";
import { beforeAll, describe, expect, test, vi } from "vitest";
import { JOBS_WORKER } from "../../scripts/lib/jobs_workers.ts";
import type { Job } from "../../src/http/schemas/jobs.ts";
import type { Orders, State } from "./orders.ts";
import { IS_ALL, limitMsOf, startJobs } from "./service.ts";

const service = startJobs({ main: "test/jobs/faulty_worker.ts" });
const { jobs, stream } = service;

const FEW = 60;
/** With many rows, chunks and parts are larger by as much: there are as many of them, and the same calls of R2. */
const COUNT = IS_ALL ? 20_000 : FEW;
vi.setConfig({ testTimeout: 10 * limitMsOf(COUNT), hookTimeout: 2 * limitMsOf(COUNT) });
/** Calls of R2 that fail in one job. A chunk is given up after four attempts. */
const FAULTS_AT_ONCE = IS_ALL ? 3 : 1;
/** A job is cancelled after each such number of calls. */
const CALLS_BETWEEN = IS_ALL ? 30 : 9;

const TEXTS = Array.from(
  { length: COUNT },
  (_, index) => `@anna the launch ${"was so ".repeat(index % 4)}beautiful 😍 ${index}`,
);
const ROWS = TEXTS.map((text, index) => JSON.stringify({ id: index, text }));
ROWS[11] = "no json";
ROWS[42] = '{"id":42}';
const INPUT = ROWS.join("\n");

let number = 0;
/** A job of its own for each call: the same rows, another folder of output. */
async function begin(key = "rows.ndjson"): Promise<Job> {
  return jobs.submit({ input: `r2://tweets/${key}`, output: `r2://labels/${number++}/`, tasks: ["sentiment", "ner"] });
}

/** Everything that was ever sent. */
const deliveries: State["deliveries"] = [];

/** Gives orders. @returns what happened since faults were ordered last */
async function order(orders: Orders): Promise<State> {
  const request = { method: "POST", body: JSON.stringify(orders) };
  const response = await service.worker(JOBS_WORKER).fetch("http://jobs/", request);
  const state = (await response.json()) as State;
  if (orders.faults) deliveries.push(...state.deliveries);
  return state;
}

/** What an undisturbed run gives. */
let wanted: Awaited<ReturnType<typeof jobs.output>>;
/** The calls of R2 that it makes, each once. */
let calls: string[] = [];

async function expectSame({ id }: Pick<Job, "id">, when = ""): Promise<void> {
  const ended = await jobs.ended(id);
  expect(ended, when).toMatchObject({ state: "finished" });
  const { chunks, text } = await jobs.output(ended);
  expect(chunks, when).toEqual(wanted.chunks);
  const unnamed = (manifest: string) => manifest.replace(/"job": "\w+"/, "").replaceAll(/"key": "[^"]+chunks/g, "");
  expect(unnamed(text), when).toBe(unnamed(wanted.text));
}

beforeAll(async () => {
  await jobs.put("rows.ndjson", INPUT);
  await order({ faults: [], scale: COUNT / FEW });
  const ended = await jobs.ended((await begin()).id);
  wanted = await jobs.output(ended);
  calls = [...new Set((await order({ faults: [] })).calls)];
});

test("an undisturbed run has several chunks of several parts, and the API's answers", async () => {
  expect(wanted.chunks.length).toBeGreaterThan(2);
  expect(calls).toContain("queue: JOB_OUTPUT.put jobs/by-id/ID/scratch/parts/N/N");
  const answers = await stream(TEXTS, "tasks=sentiment,ner");
  expect(wanted.lines).toHaveLength(ROWS.length);
  for (const [index, line] of wanted.lines.entries())
    if (index !== 11 && index !== 42) expect(line).toBe(`${ROWS[index]?.slice(0, -1)},"answer":${answers[index]}}`);
});

describe("gives the same bytes", () => {
  test("when every message comes twice and out of order", async () => {
    await order({ faults: [], twice: true });
    await expectSame(await begin());
    const { deliveries } = await order({ faults: [], twice: false });
    expect(deliveries.filter(({ body }) => body.includes('"index":2,'))).not.toHaveLength(1);
    expect(deliveries[0]?.body).toContain('"index":2,');
  });

  test.each(["before", "after"] as const)("when the consumer is killed %s it puts a part", async (when) => {
    await order({ faults: [], kills: { when, times: 3 } });
    await expectSame(await begin());
    const { deliveries } = await order({ faults: [] });
    expect(deliveries.filter(({ attempts }) => attempts > 1)).toHaveLength(3);
  });

  test("when the consumer's time is over after each part", async () => {
    await order({ faults: [], hurried: true });
    await expectSame(await begin());
    await order({ faults: [], hurried: false });
  });

  test("when two calls answer a chunk at the same time", async () => {
    await order({ faults: [], rivals: true });
    await expectSame(await begin());
    await order({ faults: [], rivals: false });
  });

  test("when any call of R2 fails once, or its answer is lost", async () => {
    expect(calls.length).toBeGreaterThan(25);
    for (const after of [false, true])
      for (let first = 0; first < calls.length; first += FAULTS_AT_ONCE) {
        const failing = calls.slice(first, first + FAULTS_AT_ONCE);
        await order({ faults: failing.map((call) => ({ call, after, times: 1 })) });
        await expectSame(await begin(), `${failing} ${after ? "after" : "before"}`);
        const { faults } = await order({});
        expect(faults).toEqual(failing.map((call) => ({ call, after, times: 0 })));
      }
    await order({ faults: [] });
  });

  test("when it is tried again while it runs", async () => {
    await order({ faults: [] });
    const { id } = await begin();
    while ((await order({})).calls.length < 20) await sleep(1);
    expect(await jobs.retry(id)).toMatchObject({ run: 2 });
    await expectSame({ id });
    await order({ faults: [] });
  });

  test("when it was cancelled, whenever that was, and then tried again", async () => {
    await order({ faults: [] });
    await expectSame(await begin());
    const whole = (await order({ faults: [] })).calls.length;
    for (let calls = 0; calls < whole; calls += CALLS_BETWEEN) {
      const { id } = await begin();
      // A run may end after fewer calls than the first one made.
      while ((await order({})).calls.length < calls && !(await jobs.hasEnded(id))) await sleep(1);
      const { state } = await jobs.cancel(id);
      if (state === "finished") continue;
      expect(state).toBe("cancelled");
      await order({ faults: [] });
      const { state: again, run } = await jobs.retry(id);
      expect([again, run]).toEqual([expect.stringMatching("indexing|running"), 2]);
      await expectSame({ id }, `after ${calls} calls`);
      await order({ faults: [] });
    }
  });
});

test("a chunk that fails again and again is given up, the others are answered, and retry runs that chunk alone", async () => {
  await order({ faults: [], poisoned: [1] });
  const { id } = await begin();
  const ended = await jobs.ended(id);
  expect(ended).toMatchObject({ state: "finished-with-errors", chunks: { total: 3, done: 2, dead: 1 } });
  const { manifest } = await jobs.output(ended);
  expect(manifest.missing).toEqual([1]);
  await order({ faults: [], poisoned: [] });
  expect(await jobs.retry(id)).toMatchObject({ run: 2 });
  await expectSame({ id });
  const { deliveries } = await order({ faults: [] });
  expect(deliveries.length).toBeGreaterThan(0);
  for (const { body } of deliveries) expect(body).toContain('"index":1,');
});

test("an input that changes ends the job with that reason, and is another job", async () => {
  await jobs.put("changing.ndjson", INPUT);
  await order({ faults: [], held: true });
  const job = await begin("changing.ndjson");
  await jobs.put("changing.ndjson", `${INPUT}\n{"text":"more"}`);
  await order({ held: false });
  expect(await jobs.ended(job.id)).toMatchObject({
    state: "failed",
    reason: expect.stringContaining("input was changed"),
  });
  const order2 = { input: job.input, output: "r2://labels/changed/", tasks: ["sentiment"] };
  const [first, second] = [await jobs.submit(order2), await jobs.submit(order2)];
  expect(second.id).toBe(first.id);
  expect(await jobs.ended(first.id)).toMatchObject({ state: "finished", lines: { answered: COUNT - 1, failed: 2 } });
});

test("nothing that a user wrote is in a log line or a message", async () => {
  await order({ faults: [] });
  expect(deliveries.length).toBeGreaterThan(50);
  expect(service.logs().length).toBeGreaterThan(5);
  const told = JSON.stringify([deliveries, service.logs()]);
  for (const word of ["beautiful", "anna", "no json", "rows.ndjson"]) expect(told).not.toContain(word);
  for (const { body } of deliveries) expect(body.length).toBeLessThan(200);
});
