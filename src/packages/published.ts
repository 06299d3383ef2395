/** The types that every part of the package exports. */
export type {
  Analysis,
  AnalyzeOptionsOf,
  Bertweet,
  Input,
  NamedEntities,
  Prediction,
  TaskAnswers,
  UsualTask,
} from "./bertweet.ts";
export type { Problem } from "./problem.ts";
export type * from "./types.ts";
