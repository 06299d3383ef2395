import { describe, expect, test } from "vitest";
import type { Manifest } from "../../bundle/manifest.ts";
import type { Failure, RequestFailure } from "../../errors.ts";
import { openForInputs, openTask, openTextClassification, openTokenClassification } from "./open-pipeline.ts";

const head = { description: "", data: "", metrics: {}, weight: "w", bias: "b", temperature: 1 };
const classification = { kind: "classification" as const, labels: ["no", "yes"], ...head };
const tagging = { kind: "tagging" as const, ...head };
const bio = ["B-x", "I-x", "O"];

const manifestOf = (tasks: Manifest["tasks"]) => ({ tasks }) as Manifest;

const manifest = manifestOf({
  irony: classification,
  "ner/tweebank": { ...tagging, labels: bio },
  "ner/wnut17": { ...tagging, labels: bio },
  "pos/ark": { ...tagging, labels: ["N", "O"] },
  sentiment: classification,
  "fill-mask": { kind: "fill-mask", description: "", data: "", metrics: {}, bias: "b" },
});

function failureOf(act: () => unknown): Failure {
  try {
    act();
  } catch (error) {
    return (error as RequestFailure).failure;
  }
  throw new Error("Nothing failed.");
}

describe("text-classification", () => {
  test("means sentiment", () => {
    expect(openTextClassification(manifest, {}).options).toEqual({
      pipeline: "text-classification",
      task: "sentiment",
      truncation: "truncate",
      top_k: 5,
      function_to_apply: "softmax",
    });
  });

  test("means the first classification of a model without sentiment", () => {
    const { options } = openTextClassification(manifestOf({ irony: classification, hate: classification }), {});
    expect(options.task).toBe("irony");
  });

  test("is unknown to a model that classifies nothing", () => {
    const failure = failureOf(() => openTextClassification(manifestOf({ "pos/ark": { ...tagging, labels: bio } }), {}));
    expect(failure).toMatchObject({ kind: "unknown-task", tasks: ["pos"] });
  });
});

describe("token-classification", () => {
  test("means named entities of the default tag set, grouped, without O", () => {
    expect(openTokenClassification(manifest, {}).options).toEqual({
      pipeline: "token-classification",
      task: "ner/tweebank",
      truncation: "truncate",
      aggregation_strategy: "simple",
      ignored: ["O"],
    });
  });

  test("has the tag set that is asked for", () => {
    expect(openTokenClassification(manifest, { scheme: "wnut17" }).options.task).toBe("ner/wnut17");
  });

  test("leaves nothing out of a tag set in which O is a tag like any other", () => {
    expect(openTask(manifest, "pos", {}).options).toMatchObject({ task: "pos/ark", ignored: [] });
  });

  test("reads windows when a stride is given", () => {
    expect(openTokenClassification(manifest, { stride: 0 }).options.truncation).toBe("window");
  });
});

test("a task of the model's own has the pipeline of its kind", () => {
  expect(openTask(manifest, "irony", {}).options).toMatchObject({ pipeline: "text-classification", task: "irony" });
  expect(openTask(manifest, "ner", {}).options).toMatchObject({ pipeline: "token-classification" });
  expect(openTask(manifest, "fill-mask", {}).options).toMatchObject({ pipeline: "fill-mask" });
});

test("a parameter of another kind is refused where it stands", () => {
  expect(failureOf(() => openTask(manifest, "irony", { targets: ["a"], top_k: 1 }))).toEqual({
    kind: "foreign-option",
    errors: [{ pointer: "/parameters/targets", detail: "irony has no such parameter." }],
  });
});

describe("without a pipeline in the path", () => {
  test.each([
    ["I <mask> it", "fill-mask"],
    ["I love it", "text-classification"],
    [["I love it", "I <mask> it"], "fill-mask"],
  ])("%j asks for %s", (inputs, pipeline) => {
    expect(openForInputs(manifest, inputs, {}).options.pipeline).toBe(pipeline);
  });

  test("a parameter of the other pipeline is refused", () => {
    const failure = failureOf(() => openForInputs(manifest, "I love it", { targets: ["a"] }));
    expect(failure.kind).toBe("foreign-option");
  });
});
