import { app as service } from "../../src/app.ts";
import { BODY_LIMIT_MS } from "../../src/limits.ts";

/** How long a body may take here, in milliseconds. */
const SHORT_LIMIT_MS = 500;

const setRealTimeout = globalThis.setTimeout;

/** Shortens only the deadline for a body. All other timers keep their time. */
const setShortTimeout = (callback: () => void, ms?: number) =>
  setRealTimeout(callback, ms === BODY_LIMIT_MS ? SHORT_LIMIT_MS : ms);

globalThis.setTimeout = setShortTimeout as typeof setTimeout;

/** The service, with a deadline for bodies that a test can wait for. */
export default service;
