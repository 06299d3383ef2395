import { defineConfig } from "vitest/config";
import { LEFT_OUT } from "./test/node/left-out.ts";

const MINUTE = 60_000;
/** Each file starts a workerd of its own. */
const inWorkerd = { testTimeout: MINUTE, hookTimeout: 2 * MINUTE };
/** Files that measure, wait for deadlines or bring a service to its limits: two at once would disturb each other. */
const alone = { ...inWorkerd, fileParallelism: false };
/** One file after another: the first of them installs the Python environment that all use. Slow machines need most of an hour. */
const inPython = { fileParallelism: false, testTimeout: 30 * MINUTE, hookTimeout: 60 * MINUTE };

// `npm test` runs the first two projects. Each other one has a command of its own (package.json).
export default defineConfig({
  test: {
    maxWorkers: "100%", // by default one core is left out, of two as of twenty
    projects: [
      { test: { name: "unit", include: ["src/**/*.test.ts", "test/*.test.ts"], ...inWorkerd } },
      // Without isolation files that run in one process share its modules, and a service where they ask for that.
      { test: { name: "integration", include: ["test/integration/**/*.test.ts"], isolate: false, ...inWorkerd } },
      {
        test: {
          name: "ort", // what is answered, once more by the engine that is not the default
          include: ["predict", "tasks", "tag", "words", "stream", "hugging-face"].map(
            (name) => `test/integration/${name}.test.ts`,
          ),
          isolate: false,
          env: { TEST_ENGINE: "ort" },
          ...inWorkerd,
        },
      },
      { test: { name: "jobs", include: ["test/jobs/**/*.test.ts"], env: { WRANGLER_LOG: "warn" }, ...alone } },
      {
        test: {
          name: "node", // what is answered, once more by `bertweet-edge serve`
          include: ["test/integration/**/*.test.ts", "test/node/**/*.test.ts"],
          exclude: Object.keys(LEFT_OUT).map((name) => `test/integration/${name}.test.ts`),
          isolate: false,
          env: { TEST_PLATFORM: "node" },
          globalSetup: "test/node/setup.ts",
          ...inWorkerd,
        },
      },
      { test: { name: "faults", include: ["test/faults/**/*.test.ts"], ...alone } },
      { test: { name: "commands", include: ["test/commands/**/*.test.ts"], ...inWorkerd } },
      { test: { name: "browser", include: ["test/browser/**/*.test.ts"], ...inWorkerd } },
      { test: { name: "training", include: ["test/training/**/*.test.ts"], ...inPython } },
      { test: { name: "full-size", include: ["test/full-size/**/*.test.ts"], ...inPython } },
      {
        test: {
          name: "packages",
          include: ["test/packages/**/*.test.ts"],
          globalSetup: "test/packages/setup.ts",
          ...inWorkerd,
        },
      },
      { test: { name: "speed", include: ["test/speed/**/*.test.ts"], ...alone } },
    ],
  },
});
