import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import tasks from "../../scripts/training/tasks.json" with { type: "json" };
import { startService } from "../integration/service.ts";

const run = promisify(execFile);
const folder = mkdtempSync(join(tmpdir(), "bertweet-behaviour-"));
const { url } = startService({ seeded: true });

/** Two texts of each task, with labels that the model has. */
beforeAll(() => {
  const texts: Record<string, [text: string, label: string][]> = {
    sentiment: [
      ["I love it 😍", "positive"],
      ["I hate this", "negative"],
    ],
    irony: [
      ["great, monday again 🙃", "irony"],
      ["the bus is here", "not-irony"],
    ],
    emotion: [
      ["so happy 😊", "joy"],
      ["so angry", "anger"],
    ],
    hate: [
      ["hello 👋", "not-hate"],
      ["good morning", "hate"],
    ],
    offensive: [
      ["hello 👋", "not-offensive"],
      ["you idiot", "offensive"],
    ],
    emoji: [
      ["so funny", "😂"],
      ["love you", "❤"],
    ],
    imdb: [
      ["a fine film ".repeat(1200), "positive"], // the windows of both are more than a request may ask for
      ["a sad film ".repeat(1200), "negative"],
    ],
  };
  for (const { folder: name } of Object.values(tasks)) {
    mkdirSync(join(folder, name), { recursive: true });
    for (const split of ["dev", "test"]) {
      const rows = texts[name]?.map(([text, label]) => `${JSON.stringify({ text, label })}\n`).join("");
      const tagged = name.startsWith("ner") ? "Off\tO\nto\tO\nBerlin\tB-LOC\n\n" : "Off\tX\nto\tX\n\n";
      writeFileSync(join(folder, name, rows ? `${split}.jsonl` : `${split}.conll`), rows ?? tagged);
    }
  }
});
afterAll(() => rmSync(folder, { recursive: true }));

test("npm run behaviour asks the service, and writes a page with every part", { timeout: 300_000 }, async () => {
  const out = join(folder, "page.md");
  await run("node", ["scripts/behaviour.ts", "--data", folder, "--out", out, "--url", url("").replace(/\/$/, "")]);
  const page = readFileSync(out, "utf8");
  const heads = [...page.matchAll(/^## (.+)$/gm)].map(([, head]) => head);
  expect(heads).toEqual([
    "Figures",
    "Hate and offence: a functional test",
    "Known failures",
    "Other languages",
    "Calibration",
    "Classes",
    "Entities by type",
    "Other spelling",
  ]);
  const { model } = (await (await fetch(url("/v1/sentiment?text=hello"))).json()) as { model: { version: string } };
  expect(page).toContain(model.version.slice(0, 16));
  for (const task of Object.keys(tasks)) expect(page).toMatch(new RegExp(`^\\| ${task} \\|`, "m"));
  expect(page).toMatch(/^\| \*\*all\*\* \| \d{3} \| \d+ % \(/m);
  expect(page).toMatch(/^\| sentiment \| average_recall \| without emoji \| 1 \|/m);
  expect(page).not.toMatch(/NaN|undefined/);
});

test("npm run behaviour says what it needs", async () => {
  await expect(run("node", ["scripts/behaviour.ts"])).rejects.toThrow("Say with --data");
});
