/** Files of test/integration that `npm run test:node` leaves out, each with the reason. */
export const LEFT_OUT: Record<string, string> = {
  assets: "the playground and the API reference are static assets of Cloudflare",
  documents: "it runs the commands of the documents, whichever service answers",
  exits: "it compares both engines, and reads the log of workerd",
  jobs: "jobs run on Queues, Workflows and R2",
  "log-lines": "faults stand in front of R2",
  logs: "faults stand in front of R2",
  metrics: "it counts one isolate, and data points of Analytics Engine; test/node/metrics.test.ts has the threads",
  misconfigured: "a wrong variable keeps `serve` from starting; test/node/start.test.ts has it",
  models: "it uploads models to R2 while the service runs",
  playground: "the playground is a static asset of Cloudflare",
  rpc: "service bindings are Cloudflare's",
  spans: "spans are workerd's",
  weight: "it is about the script that `wrangler deploy` uploads",
  words: "it counts reads of R2",
};
