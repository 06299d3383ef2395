import { execFileSync, spawnSync } from "node:child_process";
import { globSync, readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { hasPython } from "./python.ts";

const FOLDER = "scripts/training";
const COMMANDS = readdirSync(FOLDER).filter((name) => name.endsWith(".py"));

/** Each package of scripts/training/bertweet, and the packages that it may import. */
const MAY_IMPORT: Record<string, readonly string[]> = {
  data: [],
  model: ["data"],
  teachers: ["data", "model"],
  export: ["data", "model"],
  training: ["data", "model", "teachers"],
  recipe: ["data", "model", "training"],
};

test.each(Object.entries(MAY_IMPORT))("bertweet/%s imports only %j", (name, allowed) => {
  for (const file of globSync(`${FOLDER}/bertweet/${name}/*.py`)) {
    const imported = [...readFileSync(file, "utf8").matchAll(/from bertweet\.(\w+)\./g)].map(([, other]) => other);
    const wrong = imported.filter((other) => other !== name && !allowed.includes(other as string));
    expect(wrong, file).toEqual([]);
  }
});

describe.skipIf(!hasPython())("the commands of scripts/training", () => {
  // -S leaves every installed package out, and without one no run can start.
  test.each(COMMANDS)("%s --help needs the standard library alone", (name) => {
    const help = execFileSync("python3", ["-S", "-E", `${FOLDER}/${name}`, "--help"], { encoding: "utf8" });
    expect(help).toMatch(new RegExp(`^usage: ${name}`));
    expect(help).toContain("show this help message and exit");
  });

  test.each(COMMANDS)("%s without options says what it needs", (name) => {
    const { status, stderr } = spawnSync("python3", ["-S", "-E", `${FOLDER}/${name}`], { encoding: "utf8" });
    expect(status).toBe(2);
    expect(stderr).toContain("the following arguments are required");
  });

  test("recipe.sh --help starts nothing", () => {
    const help = execFileSync("bash", [`${FOLDER}/recipe.sh`, "--help"], { encoding: "utf8" });
    expect(help).toContain("recipe.sh DATA OUT");
  });
});
