import { defineConfig } from "vitest/config";

const MINUTE = 60_000;
/** Each file of these runs a workerd of its own; several at once would measure each other. */
const inWorkerd = { fileParallelism: false, testTimeout: MINUTE, hookTimeout: 2 * MINUTE };
/** One file after another: the first of them installs the Python environment that all use. Slow machines need most of an hour. */
const inPython = { fileParallelism: false, testTimeout: 30 * MINUTE, hookTimeout: 60 * MINUTE };

// `npm test` runs all projects but the last three, which have commands of their own (package.json).
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: "unit",
          include: ["src/**/*.test.ts", "test/*.test.ts"],
          testTimeout: MINUTE,
          hookTimeout: MINUTE,
        },
      },
      { test: { name: "integration", include: ["test/integration/**/*.test.ts"], ...inWorkerd } },
      {
        test: {
          name: "browser",
          include: ["test/browser/**/*.test.ts"],
          sequence: { groupOrder: 1 }, // after the others
          ...inWorkerd,
        },
      },
      { test: { name: "training", include: ["test/training/**/*.test.ts"], ...inPython } },
      { test: { name: "full-size", include: ["test/full-size/**/*.test.ts"], ...inPython } },
      { test: { name: "speed", include: ["test/speed/**/*.test.ts"], ...inWorkerd } },
    ],
  },
});
