import { type ChildProcess, execFile, spawn } from "node:child_process";
import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { gunzipSync, gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readBundleFolder } from "../../scripts/bundle_folder.ts";
import { writeData } from "./data.ts";
import { hasPython, installTraining, trainingPython } from "./python.ts";

const RECIPE = "scripts/training/recipe.sh";
const run = promisify(execFile);

/** Code that needs no package, run by the machine's own interpreter. */
async function plainPython(code: string): Promise<string> {
  return (await run("python3", ["-c", code], { env: { ...process.env, PYTHONPATH: "scripts/training" } })).stdout;
}

describe.skipIf(!hasPython())("the plan of a run", () => {
  const planned = async (speed: number, hours: number) =>
    JSON.parse(
      await plainPython(`
import json, tomllib
from bertweet.recipe.budget import Facts, plan_budget
config = tomllib.load(open("scripts/training/recipe.toml", "rb"))
texts = {"sentiment": 45807, "hate": 9000, "offensive": 11916, "emotion": 3257, "irony": 3451, "ner/wnut17": 3394, "ner/tweebank": 1639, "review": 22500}
facts = Facts(8_600_000, texts, {}, ["review"])
print(json.dumps(plan_budget(facts, ${speed}, ${hours}, config).as_dict()))`),
    );
  const sum = (seconds: Record<string, number>) => Object.values(seconds).reduce((total, each) => total + each, 0);

  test("uses the time that is given and no more, on slow and fast devices", async () => {
    for (const [speed, hours, least] of [
      [6_000, 1, 0.9],
      [6_000, 3, 0.9],
      [6_000, 15, 0], // here and below, some parts reach their most
      [3_000_000, 0.15, 0],
    ] as const) {
      const used = sum((await planned(speed, hours)).seconds) / 3_600 / hours;
      expect(used).toBeGreaterThan(least);
      expect(used).toBeLessThanOrEqual(0.93);
    }
  });

  test("trains more with more time, and leaves the rounds out where there is too little", async () => {
    const [short, long, fast] = [await planned(6_000, 1), await planned(6_000, 15), await planned(3_000_000, 1)];
    expect(short.rounds).toBe(0);
    expect(long.rounds).toBeGreaterThan(0);
    expect(long.pretraining_passes).toBeGreaterThan(short.pretraining_passes);
    expect(fast).toMatchObject({ pretraining_passes: 40, first_epochs: 2, rounds: 3, answer_texts: 120_000 });
  });
});

test.skipIf(!hasPython())("near duplicates are found, common phrases are not", async () => {
  const said = await plainPython(`
from bertweet.data.near_duplicates import NearDuplicates
near = NearDuplicates(["I really love this new phone so much, thanks @anna https://t.co/x", "good morning"])
for text in ["RT @bob: i REALLY love this new phone so much!!", "really love this new phone so", "Good morning!", "good morning everyone",
             "I really love this", "a phone", "", "@anna https://t.co/y"]:
    print(near.has(text))`);
  expect(said.trim().split("\n")).toEqual(["True", "True", "True", "False", "False", "False", "False", "False"]);
});

describe.skipIf(!hasPython())("recipe.sh", () => {
  const folder = mkdtempSync(join(tmpdir(), "bertweet-recipe-"));
  const path = (name: string) => join(folder, name);
  const out = (name: string) => path(`out/${name}`);
  const args = [RECIPE, folder, path("out"), "--tiny", "--tasks", path("tasks.json"), "--config", path("recipe.toml")];
  const env = { ...process.env, PYTHON: trainingPython };
  const recipe = async () => (await run("bash", args, { env, maxBuffer: 2 ** 24 })).stdout;
  const skipped = (said: string) => [...said.matchAll(/^(\S+): is there already$/gm)].map(([, name]) => name);

  /** Kills the run when it prints a line that matches. */
  async function cutOff(line: RegExp): Promise<void> {
    const child: ChildProcess = spawn("bash", args, { env, detached: true, stdio: ["ignore", "pipe", "inherit"] });
    let printed = "";
    await new Promise<void>((resolve, reject) => {
      child.stdout?.on("data", (part) => {
        printed += part;
        if (child.pid && line.test(printed)) process.kill(-child.pid, "SIGKILL");
      });
      child.on("exit", (_, signal) => (signal === "SIGKILL" ? resolve() : reject(new Error(printed))));
    });
  }

  const said = { whole: "", again: "" };
  beforeAll(async () => {
    writeData(folder);
    await installTraining();
    const tweets = gunzipSync(readFileSync(path("tweets.txt.gz"))).toString();
    const devText = JSON.parse(readFileSync(path("mood/dev.jsonl"), "utf8").split("\n")[0] as string).text;
    writeFileSync(path("tweets.txt.gz"), gzipSync(`RT ${devText}!\n${tweets}`));
    const config = readFileSync("scripts/training/recipe.toml", "utf8")
      .replaceAll('"sentiment"', '"mood"')
      .replace('"average_recall"', '"macro_f1"')
      .replace("'https://t\\.co'", "'coffee'")
      .replace(
        /\[round\.teachers[\s\S]*?(?=# Weights)/,
        "[round.teachers.mood]\nmood = 1\n[round.teachers.places]\n'place/two' = 1\n\n",
      )
      .replace(/\[round\.answer_weight\][\s\S]*?(?=# Small)/, "[round.answer_weight]\nmood = 2\n\n");
    writeFileSync(path("recipe.toml"), config);
    await cutOff(/^== first /m);
    said.whole = await recipe();
    said.again = await recipe();
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  test("goes on where it was killed, and makes a bundle", async () => {
    expect(skipped(said.whole)).toEqual(["data", "vocabulary", "pretrained"]);
    expect(said.whole).toMatch(/^chosen: (before|learned|mean)$/m);
    const { manifest } = await readBundleFolder(out("bertweet-mini"));
    expect(Object.keys(manifest.tasks).sort()).toEqual(["fill-mask", "mood", "place/two", "story"]);
  });

  test("does nothing twice", () => {
    expect(skipped(said.again)).toHaveLength(11);
    expect(said.again).not.toMatch(/took/);
  });

  test("holds a second dev set back, and leaves a dev text's retweet out", () => {
    const texts = (name: string) =>
      readFileSync(out(`data/mood/${name}.jsonl`), "utf8")
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line).text);
    expect(texts("dev-recent").every((text) => text.includes("coffee"))).toBe(true);
    expect(texts("train").filter((text) => texts("dev-recent").includes(text))).toEqual([]);
    expect(texts("train").length + texts("dev-recent").length).toBe(48);
    expect(gunzipSync(readFileSync(out("data/tweets.txt.gz"))).toString()).not.toMatch(/^RT /m);
    expect(existsSync(out("data/mood/test.jsonl"))).toBe(false);
  });

  test("plots the loss curves", () => {
    expect(readFileSync(out("curves.svg"), "utf8")).toContain("pretrained");
    expect(readFileSync(out("first/finetune-curve.csv"), "utf8")).toMatch(/^0,\d/);
  });

  test("repeats what depends on a change, and nothing else", async () => {
    const config = readFileSync(path("recipe.toml"), "utf8");
    writeFileSync(path("recipe.toml"), config.replace("answer_passes = 2", "answer_passes = 1"));
    expect(skipped(await recipe())).toEqual([
      ...["data", "vocabulary", "pretrained", "first", "teacher-1-mood", "teacher-1-places", "answers-1"],
    ]);
    appendFileSync(path("recipe.toml"), "\n[broken\n");
    await expect(recipe()).rejects.toThrow("recipe.toml");
  });
});
