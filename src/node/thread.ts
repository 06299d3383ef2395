import { createServer } from "node:http";
import { workerData } from "node:worker_threads";
import { getRequestListener } from "@hono/node-server";
import { app } from "../app.ts";
import { BundleError } from "../bundle/bundle-error.ts";
import { problemOf } from "../errors.ts";
import { MAX_HEAD_BYTES } from "../limits.ts";
import { compileEngine } from "../packages/engine.ts";
import { openBundles } from "./bundles.ts";
import type { ThreadSettings } from "./calls.ts";
import { answerMain, main } from "./main.ts";

/*
 * A thread of `bertweet-edge serve`: the Worker's app with an engine of its own, on a socket that the main thread alone uses. What it
 * logs goes to the output of the process.
 */

const { bundles, socketPath, variables } = workerData as ThreadSettings;

let env: Env | undefined;

/** Nothing here cancels the work of a request, so what is left of it goes on by itself. */
const context = {
  waitUntil: (promise: Promise<unknown>) => void promise.catch(() => {}),
  passThroughOnException() {},
  props: {},
} as unknown as ExecutionContext;

async function load(): Promise<string | undefined> {
  try {
    const [{ bucket, ids }] = await Promise.all([openBundles(bundles), compileEngine()]);
    const RATE_LIMITER = { limit: async ({ key }: { key: string }) => ({ success: await main.limit(key) }) };
    env = { ...variables, MODEL: ids.join(), MODELS: bucket, RATE_LIMITER } as unknown as Env;
  } catch (error) {
    if (error instanceof BundleError) return error.message;
    throw error;
  }
  const ready = await app.request("/readyz", {}, env, context);
  if (!ready.ok) return ((await ready.json()) as { detail: string }).detail;
  await listen();
  return undefined;
}

function listen(): Promise<void> {
  const answer = getRequestListener((request) => app.fetch(request, env, context), { errorHandler: refuseTarget });
  // The main thread keeps its connections open, and the service itself has a deadline for bodies.
  const server = createServer({ maxHeaderSize: MAX_HEAD_BYTES, requestTimeout: 0, keepAliveTimeout: 0 }, answer);
  return new Promise((resolve) => server.listen(socketPath, resolve));
}

/** A request that is none to the app: its URL or its Host can't be read. The app answers all other errors. */
function refuseTarget(): Response {
  const errors = [{ pointer: "", detail: "The URL or the Host header can't be read." }];
  const problem = { ...problemOf({ kind: "invalid-request", errors }), instance: `urn:request:${crypto.randomUUID()}` };
  const headers = { "Content-Type": "application/problem+json", "Cache-Control": "no-store" };
  return new Response(JSON.stringify(problem), { status: problem.status, headers });
}

answerMain({
  load,
  configure(given) {
    if (env) env = { ...env, ...given };
  },
  ping() {},
});
