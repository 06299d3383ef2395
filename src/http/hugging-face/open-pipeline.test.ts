import { describe, expect, test } from "vitest";
import type { Manifest } from "../../bundle/manifest.ts";
import type { Failure, RequestFailure } from "../../errors.ts";
import {
  openForInputs,
  openTask,
  openTextClassification,
  openTokenClassification,
  type UnnamedRequest,
} from "./open-pipeline.ts";

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
  test("by default tags named entities of the default tag set, grouped, without O", () => {
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

  test("leaves nothing out if O is a normal tag of the tag set", () => {
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

test("vectors of a model that gives logits alone are refused", () => {
  const logits: Manifest = { ...manifest, whole_graph: { inputs: ["input_ids"], output: "logits" } };
  for (const request of [{ inputs: "a", normalize: true }, { inputs: { source_sentence: "a", sentences: ["b"] } }])
    expect(failureOf(() => openForInputs(logits, request)).kind).toBe("unknown-task");
});

describe("without a pipeline in the path", () => {
  const comparison = { source_sentence: "a", sentences: ["b"] };

  test.each<[UnnamedRequest, string]>([
    [{ inputs: "I <mask> it" }, "fill-mask"],
    [{ inputs: "I love it" }, "text-classification"],
    [{ inputs: "I love it", parameters: {} }, "text-classification"],
    [{ inputs: ["I love it", "I <mask> it"] }, "fill-mask"],
    [{ inputs: "in Rome", parameters: { aggregation_strategy: "simple" } }, "token-classification"],
    [{ inputs: "in <mask>", parameters: { ignore_labels: [] } }, "token-classification"],
    [{ inputs: "I love it", normalize: false }, "feature-extraction"],
    [{ inputs: ["I <mask> it"], truncate: true }, "feature-extraction"],
    [{ inputs: comparison, parameters: {} }, "sentence-similarity"],
  ])("%j asks for %s", (request, pipeline) => {
    expect(openForInputs(manifest, request).options.pipeline).toBe(pipeline);
  });

  test("named entities are what tagging parameters alone ask for", () => {
    const { options } = openForInputs(manifest, { inputs: "in Rome", parameters: { scheme: "wnut17" } });
    expect(options).toMatchObject({ pipeline: "token-classification", task: "ner/wnut17" });
  });

  test.each<[UnnamedRequest, string[]]>([
    [{ inputs: "I love it", parameters: { targets: ["a"] } }, ["/parameters/targets"]],
    [{ inputs: "in Rome", parameters: { stride: 1, top_k: 1 } }, ["/parameters/top_k"]],
    [{ inputs: "in Rome", normalize: true, parameters: { stride: 1 } }, ["/parameters/stride"]],
    [{ inputs: comparison, normalize: true, parameters: { top_k: 1 } }, ["/normalize", "/parameters/top_k"]],
  ])("%j is refused, since it has parameters of two pipelines", (request, pointers) => {
    const failure = failureOf(() => openForInputs(manifest, request));
    expect(failure).toMatchObject({ kind: "foreign-option", errors: pointers.map((pointer) => ({ pointer })) });
  });
});
