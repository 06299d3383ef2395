import { defineConfig } from "vitest/config";

const TRAINING = ["test/training.test.ts", "test/convert.test.ts", "test/base.test.ts"];

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: "unit",
          include: ["src/**/*.test.ts", "test/*.test.ts"],
          exclude: TRAINING,
          testTimeout: 60_000,
        },
      },
      // One after another: the first of them installs the Python environment that all use.
      { test: { name: "training", include: TRAINING, fileParallelism: false, testTimeout: 600_000 } },
      {
        test: {
          name: "integration",
          include: ["test/integration/**/*.test.ts"],
          // Each file runs a workerd of its own; several at once would measure each other.
          fileParallelism: false,
          testTimeout: 60_000,
          hookTimeout: 120_000,
        },
      },
      {
        test: {
          name: "browser",
          include: ["test/browser/**/*.test.ts"],
          fileParallelism: false,
          sequence: { groupOrder: 1 }, // after the others, for the same reason
          testTimeout: 60_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
});
