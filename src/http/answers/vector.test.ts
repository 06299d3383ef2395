import { expect, test } from "vitest";
import type { Manifest } from "../../bundle/manifest.ts";
import type { RequestFailure } from "../../errors.ts";
import { vectorQuestion } from "./vector.ts";

const manifest = { architecture: { hidden_size: 4 }, tasks: { mood: {} } } as unknown as Manifest;
const options = { truncation: "truncate", pooling: "mean", normalize: true } as const;

function failureOf(model: Manifest, dimensions: number | null | undefined) {
  try {
    vectorQuestion(model, dimensions, options);
  } catch (error) {
    return (error as RequestFailure).failure;
  }
  return undefined;
}

test.each([undefined, null, 4])("%s dimensions are the model's", (dimensions) => {
  expect(failureOf(manifest, dimensions)).toBeUndefined();
});

test("other dimensions are refused", () => {
  expect(failureOf(manifest, 3)).toMatchObject({ kind: "invalid-request", errors: [{ pointer: "/dimensions" }] });
});

test("a model that gives logits alone has no vectors, of whatever dimensions", () => {
  const logits: Manifest = { ...manifest, whole_graph: { inputs: ["input_ids"], output: "logits" } };
  for (const dimensions of [undefined, 3])
    expect(failureOf(logits, dimensions)).toEqual({ kind: "unknown-task", tasks: ["mood"] });
});
