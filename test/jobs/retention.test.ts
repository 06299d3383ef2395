import { expect, test } from "vitest";
import { startJobs } from "./service.ts";

const A_SECOND_IN_DAYS = "0.00001";
const { jobs, env } = startJobs({ vars: { JOB_RETENTION_DAYS: A_SECOND_IN_DAYS } });
const wrong = startJobs({ vars: { JOB_RETENTION_DAYS: "a week" } });

const ORDER = { input: "r2://tweets/rows.txt", output: "r2://labels/", tasks: ["sentiment"] };

test("when its time is over, a job's answers are removed, and its manifest stays", async () => {
  await jobs.put("rows.txt", "so happy\nnot again\n");
  const ended = await jobs.ended((await jobs.submit(ORDER)).id);
  const { manifest } = await jobs.output(ended);
  expect(manifest.chunks).toHaveLength(1);
  const keys = async () => {
    const { objects } = await (await env()).JOB_OUTPUT.list({ prefix: ended.id });
    return objects.map(({ key }) => key);
  };
  await expect.poll(keys, { timeout: 20_000 }).toEqual([`${ended.id}/manifest.json`]);
  expect(await jobs.get(ended.id)).toMatchObject({ state: "finished", chunks: { total: 1, done: 0 } });
});

test("a time that is none is told before a job begins", async () => {
  await wrong.jobs.put("rows.txt", "so happy\n");
  const response = await wrong.jobs.post(ORDER);
  expect(response.status).toBe(500);
  expect(await response.json()).toMatchObject({ detail: expect.stringContaining("JOB_RETENTION_DAYS") });
});
