import type { z } from "@hono/zod-openapi";
import { version } from "../../../package.json";
import type { Bundle, Manifest } from "../../bundle/manifest.ts";
import { MAX_BATCH_TEXTS, MAX_WINDOWS_PER_REQUEST } from "../../limits.ts";
import { requireStates } from "../../tasks/embed.ts";
import type { infoAnswer } from "../schemas/text-embeddings-inference.ts";
import { classificationOf } from "./predict.ts";

type Info = z.infer<typeof infoAnswer>;

/** `/info` of a model's vectors. @throws RequestFailure `unknown-task` for a model without hidden states */
export function vectorsInfo(bundle: Bundle): Info {
  requireStates(bundle.manifest);
  return info(bundle, bundle.manifest.id, { embedding: { pooling: "mean" } });
}

/** `/info` of one classification. @throws RequestFailure `unknown-task` */
export function taskInfo(bundle: Bundle, taskName: string): Info {
  const { labels } = classificationOf(bundle.manifest, taskName);
  const id2label = Object.fromEntries(labels.map((label, id) => [String(id), label]));
  const label2id = Object.fromEntries(labels.map((label, id) => [label, id]));
  return info(bundle, `${bundle.manifest.id}/${taskName}`, { classifier: { id2label, label2id } });
}

function info({ manifest, version: modelVersion }: Bundle, name: string, modelType: Info["model_type"]): Info {
  const { max_tokens } = manifest.architecture;
  return {
    model_id: manifest.id,
    model_sha: modelVersion,
    model_dtype: dtypeOf(manifest),
    served_model_name: name,
    model_type: modelType,
    max_concurrent_requests: 1, // an isolate has one thread, so other requests wait for their turns
    max_input_length: max_tokens,
    max_batch_tokens: MAX_WINDOWS_PER_REQUEST * max_tokens,
    max_batch_requests: null,
    max_client_batch_size: MAX_BATCH_TEXTS,
    auto_truncate: true,
    tokenization_workers: 1,
    version,
    sha: null,
    docker_label: null,
  };
}

function dtypeOf({ whole_graph, ffn_weights }: Manifest): string {
  if (whole_graph) return "as exported";
  return ffn_weights ? "int4" : "int8";
}
