import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { beforeAll, describe, expect, expectTypeOf, test } from "vitest";
import { buildCode } from "../../scripts/build.ts";
import { createClient, ProblemError } from "../../src/client.ts";
import { inNode, startService, useService } from "./service.ts";

const run = promisify(execFile);

describe("on the service", () => {
  const service = useService();
  beforeAll(buildCode); // what the example imports
  const client = () => createClient(service.url("/"), { retries: 0 });
  const text = "Off to Berlin with @anna 😍";

  test("an answer has the type of its task", async () => {
    const { scores, model } = await client().predict("sentiment", text, { top_k: 2 });
    expectTypeOf(scores).toEqualTypeOf<{ label: string; score: number }[]>();
    expect(scores).toHaveLength(2);
    expect(model.id).toBe("bertweet-mini");

    const { entities } = await client().predict("ner", text, { scheme: "wnut17" });
    expectTypeOf(entities).items.toEqualTypeOf<{
      text: string;
      start: number;
      end: number;
      label: string;
      score: number;
    }>();
    for (const entity of entities) expect(text.slice(entity.start, entity.end)).toBe(entity.text);

    const { masks } = await client().predict("fill-mask", "off to <mask>");
    expect(masks[0]?.predictions).toHaveLength(5);

    const other = await client().predict("sentiment" as string, text);
    expectTypeOf(other).not.toHaveProperty("scores");
    expect(other).toHaveProperty("scores");
  });

  test("several texts are answered by a list, each as if it came alone", async () => {
    const texts = [text, "and back"];
    const several = await client().predict("pos", texts);
    expectTypeOf(several).items.toHaveProperty("words");
    expect(several).toEqual([await client().predict("pos", text), await client().predict("pos", "and back")]);
  });

  test("several tasks have the types of each", async () => {
    const { results, windows } = await client().analyze(text, { tasks: ["irony", "ner/wnut17"] });
    expect([results.irony.label, results["ner/wnut17"].entities.length, windows]).toEqual([expect.any(String), 1, 1]);
    const usual = await client().analyze(text);
    expect(Object.keys(usual.results)).toHaveLength(9);
    expect(usual.results.pos.words[0]?.text).toBe("Off");
  });

  test("an explanation has an effect for each word", async () => {
    const { label, words } = await client().explain("irony", text, { label: "irony" });
    expectTypeOf(words[0]?.effect).toEqualTypeOf<number | undefined>();
    expect([label, words.map((word) => word.text)]).toEqual(["irony", ["Off", "to", "Berlin", "with", "@anna", "😍"]]);
    expect(await client().explain("irony", [text, "and back"])).toHaveLength(2);
  });

  test("by GET and by POST it is the same", async () => {
    const cached = createClient(service.url("/"), { cacheable: true });
    const options = { tasks: ["sentiment", "pos/ark"], truncation: "window" } as const;
    expect(await cached.analyze(text, options)).toEqual(await client().analyze(text, options));
    expect(await cached.explain("irony", text)).toEqual(await client().explain("irony", text));
    expect(await cached.embed(text, { normalize: true })).toEqual(await client().embed(text, { normalize: true }));
    expect((await cached.tokenize(text)).pieces[0]).toBe("<s>");
  });

  test("a stream gives the answers of single questions", async () => {
    const texts = [text, " ", { tokens: ["and", "back"] }, { text, top_k: 1, id: "last" }];
    const found: unknown[] = [];
    for await (const answer of client().stream("sentiment", texts)) found.push(answer);
    expect(found).toEqual([
      { line: 1, ...(await client().predict("sentiment", text)) },
      { line: 2, error: expect.objectContaining({ type: "/problems/invalid-request", status: 400 }) },
      { line: 3, ...(await client().predict("sentiment", { tokens: ["and", "back"] })) },
      { line: 4, id: "last", ...(await client().predict("sentiment", text, { top_k: 1 })) },
    ]);
  });

  test("a problem is thrown with its type", async () => {
    const failed = client().predict("astrology", text);
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

describe.skipIf(inNode)("on a service that asks for a key and has no model", () => {
  const key = "0123456789abcdef";
  const hash = "9f9f5111f7b27a781f1f1ddde5ebc2dd2b796bfc7365c9c28b548e564176929f";
  const service = startService({ seeded: false, vars: { AUTH: "on" }, secrets: { API_KEY_HASHES: hash } });

  test("without the key it is refused", async () => {
    const failed = createClient(service.url("/")).embed("hi");
    await expect(failed).rejects.toMatchObject({ problem: { type: "/problems/unauthorized" } });
  });

  test("with the key it waits, asks again and tells what is wrong", async () => {
    const started = performance.now();
    const failed = createClient(service.url("/"), { apiKey: key, retries: 1 }).embed("hi");
    await expect(failed).rejects.toMatchObject({ problem: { type: "/problems/model-unavailable", status: 503 } });
    expect(performance.now() - started).toBeGreaterThanOrEqual(1_000); // what Retry-After says
  });
});
