import { problems } from "../problem.ts";
import { protocolRoutes } from "../protocol-routes.ts";
import * as schemas from "../schemas/hugging-face.ts";
import * as examples from "../schemas/hugging-face-examples.ts";
import { modelParam, taskParam } from "../schemas/input.ts";

const route = protocolRoutes("Hugging Face", "As Hugging Face's Inference API answers", problems);

export const textClassificationRoute = route(
  "/models/{id}/pipeline/text-classification",
  "hfTextClassification",
  "The model's usual classification: sentiment, if it has it",
  modelParam,
  schemas.textClassificationBody,
  schemas.textClassificationAnswer,
  examples.textClassification,
);

export const tokenClassificationRoute = route(
  "/models/{id}/pipeline/token-classification",
  "hfTokenClassification",
  "The model's usual tagging: named entities, if it has them",
  modelParam,
  schemas.tokenClassificationBody,
  schemas.tokenClassificationAnswer,
  examples.tokenClassification,
);

export const fillMaskRoute = route(
  "/models/{id}/pipeline/fill-mask",
  "hfFillMask",
  "What may stand in the place of each <mask>",
  modelParam,
  schemas.fillMaskBody,
  schemas.fillMaskAnswer,
  examples.fillMask,
);

export const featureExtractionRoute = route(
  "/models/{id}/pipeline/feature-extraction",
  "hfFeatureExtraction",
  "The hidden states of a text's tokens, or a vector for each of several texts",
  modelParam,
  schemas.featureExtractionBody,
  schemas.featureExtractionAnswer,
  examples.featureExtraction,
);

export const sentenceSimilarityRoute = route(
  "/models/{id}/pipeline/sentence-similarity",
  "hfSentenceSimilarity",
  "How near texts are to another one",
  modelParam,
  schemas.sentenceSimilarityBody,
  schemas.sentenceSimilarityAnswer,
  examples.sentenceSimilarity,
);

export const taskRoute = route(
  "/models/{id}/pipeline/{task}",
  "hfTask",
  "Any of the model's tasks, by its own name",
  modelParam.extend(taskParam(examples.task.task).shape),
  schemas.taskBody,
  schemas.taskAnswer,
  examples.task,
);

export const modelRoute = route(
  "/models/{id}",
  "hfModel",
  "The pipeline whose inputs or parameters come, else text-classification",
  modelParam,
  schemas.modelBody,
  schemas.modelAnswer,
  examples.model,
);
