import { beforeAll, describe, expect, test } from "vitest";
import { startService } from "./service.ts";
import { seedTwo } from "./two-models.ts";

const TEXT = "text=so%20many%20models";

function startTwo(budgetMb: string) {
  const vars = { MODEL: "bertweet-mini, bertweet-copy", ENGINE: "simd", MEMORY_BUDGET_MB: budgetMb };
  const { get, bucket } = startService({ seeded: false, vars });
  beforeAll(async () => seedTwo(await bucket()));
  return {
    get,
    ask: (model: string) => get(`/v1/sentiment?${TEXT}&model=${model}`, { headers: { "Cache-Control": "no-store" } }),
    async held() {
      const { held } = (await (await get("/readyz")).json()) as { held: { id: string; bytes: number }[] };
      return held.map(({ id }) => id);
    },
  };
}

describe("two models that fit the budget together", () => {
  const { get, ask, held } = startTwo("110");

  test("are both listed, and the first is the one that answers by itself", async () => {
    const { models } = (await (await get("/v1/models")).json()) as { models: { id: string }[] };
    expect(models.map(({ id }) => id)).toEqual(["bertweet-mini", "bertweet-copy"]);
    expect((await get("/v1/models/bertweet-copy")).status).toBe(200);
    expect(await (await get(`/v1/sentiment?${TEXT}`)).json()).toMatchObject({ model: { id: "bertweet-mini" } });
  });

  test("answer by their names and stay loaded", async () => {
    expect(await (await ask("bertweet-copy")).json()).toMatchObject({ model: { id: "bertweet-copy" } });
    expect(await (await ask("bertweet-mini")).json()).toMatchObject({ model: { id: "bertweet-mini" } });
    expect(await held()).toEqual(["bertweet-mini", "bertweet-copy"]);
  });

  test("a model that is not served is not there, whatever the bucket holds", async () => {
    expect((await ask("bertweet-other")).status).toBe(404);
  });
});

describe("two models of which one fits the budget", () => {
  const { ask, held } = startTwo("60");

  test("make room for each other and answer all the same", async () => {
    for (const model of ["bertweet-mini", "bertweet-copy", "bertweet-copy", "bertweet-mini"]) {
      expect(await (await ask(model)).json()).toMatchObject({ model: { id: model } });
    }
    expect(await held()).toEqual(["bertweet-mini"]);
  });

  test("answer requests that come at once", async () => {
    const models = ["bertweet-copy", "bertweet-mini", "bertweet-copy", "bertweet-mini"];
    const responses = await Promise.all(models.map(ask));
    expect(responses.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
  });
});

describe("a model that exceeds the budget", () => {
  const { get, ask } = startTwo("30");

  test("is refused with what it needs and what there is", async () => {
    const response = await ask("bertweet-mini");
    expect(response.status).toBe(503);
    expect(await response.json()).toMatchObject({
      type: "/problems/model-unavailable",
      detail: expect.stringMatching(/^The model needs \d+ MB of memory, and there are \d+\.$/),
    });
    expect((await get("/healthz")).status).toBe(200);
  });
});
