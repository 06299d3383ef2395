import { describe, expect, test } from "vitest";
import { startFaulty } from "../faults/service.ts";

describe.each([
  ["LAYERS", "all", 'The variable LAYERS must be a range of layers such as "0-5", or empty.'],
  ["LAYERS", "0-6", "The variable LAYERS names layers beyond those of a model that has 6."],
  ["RESIDENT_WORDS", "many", "The variable RESIDENT_WORDS must be a whole number, or empty."],
  ["ENGINE", "tensorflow", "The variable ENGINE must be one of auto, ort, simd, or empty."],
  ["MEMORY_BUDGET_MB", "", "The variable MEMORY_BUDGET_MB must be a whole number of megabytes."],
  ["MODEL", "", "The variable MODEL must be the ids of models, with commas between them."],
])("a service with %s of %j", (name, value, detail) => {
  const { get } = startFaulty({ vars: { [name]: value } });

  test.each(["/v1/sentiment?text=hello", "/readyz"])(
    "answers %s with 500, names the variable, and asks for no retry",
    async (path) => {
      const response = await get(path);
      expect(response.status).toBe(500);
      expect(response.headers.get("Retry-After")).toBeNull();
      expect(await response.json()).toMatchObject({ type: "/problems/misconfigured", detail });
    },
  );
});
