import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { describe, expect, expectTypeOf, test } from "vitest";
import { createClient, ProblemError } from "../../src/client.ts";
import { startService } from "./service.ts";

const run = promisify(execFile);

describe("on the service", () => {
  const service = startService({ seeded: true });
  const client = () => createClient(service.url("/"), { retries: 0 });
  const text = "Off to Berlin with @anna 😍";

  test("a GET has the types of what a task may answer", async () => {
    const response = await client().v1[":task"].$get({ param: { task: "sentiment" }, query: { text, top_k: "2" } });
    const answer = await response.json();
    if (!("scores" in answer)) return expect.unreachable("sentiment is a classification");
    expectTypeOf(answer.scores).toEqualTypeOf<{ label: string; score: number }[]>();
    expect(answer.scores).toHaveLength(2);
    expect(answer.model.id).toBe("bertweet-mini");
  });

  test("a POST has the types of one answer and of several", async () => {
    const { $post } = client().v1[":task"];
    const param = { task: "ner" };
    const one = await (await $post({ param, json: { text, scheme: "wnut17" } })).json();
    if (!("words" in one)) return expect.unreachable("ner is a tagging");
    expect(one.words.map((word) => text.slice(word.start, word.end))).toEqual(one.words.map((word) => word.text));

    const several = await (await $post({ param, json: { texts: [text, "and back"] } })).json();
    if (!("results" in several)) return expect.unreachable("several texts have results");
    expectTypeOf(several.results).items.toHaveProperty("tokens");
    expect(several.results).toHaveLength(2);
  });

  test("fixed routes come before the one with a task", async () => {
    const { models } = await (await client().v1.models.$get()).json();
    expect(models.map(({ id }) => id)).toEqual(["bertweet-mini"]);
    const { pieces } = await (await client().v1.tokenize.$get({ query: { text } })).json();
    expectTypeOf(pieces).toEqualTypeOf<string[]>();
    expect(pieces[0]).toBe("<s>");
  });

  test("a problem is thrown with its type", async () => {
    const failed = client().v1[":task"].$get({ param: { task: "astrology" }, query: { text } });
    await expect(failed).rejects.toBeInstanceOf(ProblemError);
    await expect(failed).rejects.toMatchObject({
      problem: { type: "/problems/unknown-task", status: 404, instance: expect.stringMatching(/^urn:request:/) },
    });
  });

  test("the example prints what the tasks found", async () => {
    const { stdout } = await run(process.execPath, ["examples/analyze.ts", service.url("/"), text]);
    expect(stdout).toMatch(/^sentiment: (negative|neutral|positive) \([01]\.\d\d\)$/m);
    expect(stdout).toMatch(/^pos: Off\/[A-Z]+ to\/[A-Z]+ Berlin\/[A-Z]+ /m);
    expect(stdout).toMatch(/^(\d+) of \1 tokens read$/m);
  });

  test("the example tells a problem and fails", async () => {
    const failed = run(process.execPath, ["examples/analyze.ts", service.url("/"), " "]);
    await expect(failed).rejects.toMatchObject({ code: 1, stderr: expect.stringContaining("The text is empty.") });
  });
});

describe("on a service that asks for a key and has no model", () => {
  const key = "0123456789abcdef";
  const hash = "9f9f5111f7b27a781f1f1ddde5ebc2dd2b796bfc7365c9c28b548e564176929f";
  const service = startService({ seeded: false, vars: { AUTH: "on" }, secrets: { API_KEY_HASHES: hash } });

  test("without the key it is refused", async () => {
    const failed = createClient(service.url("/")).v1.models.$get();
    await expect(failed).rejects.toMatchObject({ problem: { type: "/problems/unauthorized" } });
  });

  test("with the key it waits, asks again and tells what is wrong", async () => {
    const started = performance.now();
    const failed = createClient(service.url("/"), { apiKey: key, retries: 1 }).v1.models.$get();
    await expect(failed).rejects.toMatchObject({ problem: { type: "/problems/model-unavailable", status: 503 } });
    expect(performance.now() - started).toBeGreaterThanOrEqual(1_000); // what Retry-After says
  });
});
