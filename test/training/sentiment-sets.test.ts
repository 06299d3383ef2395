import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { hasPython, installTraining, script } from "./python.ts";

describe.skipIf(!hasPython())("other_sentiment.py", () => {
  const folder = mkdtempSync(join(tmpdir(), "bertweet-sentiment-"));
  const path = (name: string) => join(folder, name);
  beforeAll(installTraining);
  afterAll(() => rmSync(folder, { recursive: true }));

  /** The training rows that other_sentiment.py wrote for `set`. */
  function rowsOf(set: string): { text: string; label: string }[] {
    const lines = readFileSync(path(`${set}/train.jsonl`), "utf8")
      .trim()
      .split("\n");
    return lines.map((line) => JSON.parse(line));
  }

  test("other_sentiment.py takes clear and neutral ratings, and no tweet twice", async () => {
    const rated = [
      "2.5\tLove it &lt;3 @anonymous",
      "-1\tAwful http://url_removed",
      "0.7\tSo so",
      "0.5\tMonday",
      "2\tMonday",
    ];
    writeFileSync(path("ratings.txt"), rated.map((line, index) => `${index + 1}\t${line}\n`).join(""));
    await script("other_sentiment.py", ["vader", path("ratings.txt"), "--out", path("rated/train.jsonl")]);
    expect(rowsOf("rated")).toEqual([
      { text: "Love it <3 @someone", label: "positive" },
      { text: "Awful http://t.co/abcdef1234", label: "negative" },
      { text: "Monday", label: "neutral" },
    ]);
  });

  test.each([
    [
      "rivals",
      ["<e>Obama</e> is <a>right</a>\t1\t", "<e>Romney</e> speaks\t0\t", "0\t", "Who won?\t2\t"],
      { "Obama is right": "positive", "Romney speaks": "neutral" },
    ],
    [
      "debate",
      ["# 1 = negative", "content\trating.1\trating.2\trating.3", "Boo\t1\t1\t4", "Hm\t1\t2\t", "On air\t4\t\t"],
      { Boo: "negative", "On air": "neutral" },
    ],
    [
      "valence",
      [
        "ID\tTweet\tAffect Dimension\tIntensity Class",
        "1\tYes\\nyes\tvalence\t3: very",
        "2\tOh\tvalence\t-1: slightly",
      ],
      { "Yes yes": "positive" },
    ],
    [
      "strength",
      ["4\t2\tYay", "3\t2\tHm", "1\t1\tOn the bus", "2\t5\tNo!"],
      { Yay: "positive", "On the bus": "neutral", "No!": "negative" },
    ],
    [
      "health",
      ["content,sentiment,target", "Pass it!, positive, hcr", '"Well, no", negative, hcr', "?, unsure, hcr"],
      { "Pass it!": "positive", "Well, no": "negative" },
    ],
    [
      "sanders",
      ['"Topic","Sentiment","TweetText"', '"apple","neutral","A ""phone"""', '"apple","irrelevant","Una mela"'],
      { 'A "phone"': "neutral" },
    ],
  ])("other_sentiment.py brings %s into our labels", async (set, lines, labels) => {
    writeFileSync(path(`${set}.txt`), lines.map((line) => `${line}\n`).join(""));
    await script("other_sentiment.py", [set, path(`${set}.txt`), "--out", path(`${set}/train.jsonl`)]);
    expect(Object.fromEntries(rowsOf(set).map(({ text, label }) => [text, label]))).toEqual(labels);
  });

  test("other_sentiment.py keeps no more negative tweets of a debate than others, and none that annotators were unsure of", async () => {
    const tweets = [
      "Negative,1,Boo",
      "Negative,0.9,Bah",
      "Negative,0.8,Meh",
      "Positive,0.7,So good Û_",
      "Neutral,0.3,Tonight",
    ];
    writeFileSync(path("debate.csv"), `sentiment,sentiment:confidence,text\r${tweets.join("\r")}\r`);
    const header = "ID\tTarget\tTweet\tStance\tOpinion towards\tSentiment";
    writeFileSync(path("stance.txt"), `${header}\n1\tAtheism\tBlessed #SemST\tAGAINST\tOTHER\tPOSITIVE\n`);
    await script("other_sentiment.py", ["gop", path("debate.csv"), "--out", path("debate/train.jsonl")]);
    await script("other_sentiment.py", [
      "stance",
      path("stance.txt"),
      path("stance.txt"),
      "--out",
      path("stance/train.jsonl"),
    ]);
    expect(rowsOf("debate")).toEqual([
      { text: expect.stringMatching("Boo|Bah|Meh"), label: "negative" },
      { text: "So good …", label: "positive" },
    ]);
    expect(rowsOf("stance")).toEqual([{ text: "Blessed", label: "positive" }]);
  });
});
