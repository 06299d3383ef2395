/** What engine.ts asks of engine_worker.ts. */
export const EMULATED_PATH = "/dot-is-emulated";

/** Rows that its engine has room for: four full windows. */
export const MOST_TOKENS = 512;
