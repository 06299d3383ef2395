import { readFileSync } from "node:fs";
import { expect, test } from "vitest";

const readme = readFileSync("README.md", "utf8");
const card = readFileSync("models/README.md", "utf8");

const MAX_README_LINES = 160;
const MAX_CARD_LINES = 120;

test("README.md and the model card are short", () => {
  expect(readme.trimEnd().split("\n").length).toBeLessThanOrEqual(MAX_README_LINES);
  expect(card.trimEnd().split("\n").length).toBeLessThanOrEqual(MAX_CARD_LINES);
});

test.each<[string, RegExp]>([
  ["what it is and for whom", /^# bertweet-edge\n\n.+\n(.+\n)*\nIt is for people/],
  [
    "a picture of the playground, light and dark",
    /prefers-color-scheme: dark.*playground-dark\.png[\s\S]*playground-light\.png/,
  ],
  ["the Node that it needs", /You need Node \d+/],
  ["a shallow clone, and what that saves", /git clone --depth 1 .*# \d+ MB instead of \d+/],
  ["the two commands", /npm ci && npm start.*\nnpm ci && npm test/],
  ["one curl with its answer", /```sh\ncurl -G [^`]+```\n\n```json\n\{/],
  ["TypeScript", /```ts\n/],
  ["Python", /```python\n/],
  ["what else there is", /Workers AI.*transformers\.js.*TEI.*pysentimiento/],
  ["accuracy", /\| bertweet-mini .*\n\| BERTweet-base/],
  ["speed", /\| one answer, nothing cached \| \d+ ms/],
  ["which engine runs", /\*\*Which engine runs\.\*\*/],
  ["limits", /English only\.[\s\S]*128 tokens[\s\S]*20,000 characters[\s\S]*64 texts/],
  [
    "deployment in three commands",
    /```sh\nnpx wrangler r2 bucket create .*\nnpm run upload.*\nnpx wrangler deploy\n```/,
  ],
  ["a deploy button, or where to find one", /button/],
  ["the plan and the price", /\*\*Plan\.\*\*[\s\S]*paid plan[\s\S]*US\$/],
  ["the licences of code, weights and data", /MIT.*Apache-2\.0.*data sets/],
])("README.md has %s", (_, element) => {
  expect(readme).toMatch(element);
});

test("README.md names every suite of tests, and CONTRIBUTING.md says what each needs", () => {
  const { scripts } = JSON.parse(readFileSync("package.json", "utf8")) as { scripts: Record<string, string> };
  const contributing = readFileSync("CONTRIBUTING.md", "utf8");
  for (const suite of Object.keys(scripts).filter((name) => name.startsWith("test:"))) {
    if (suite !== "test:speed") expect(readme).toContain(suite); // the bench guard, for those who change the code
    expect(contributing).toMatch(new RegExp(`^\\| \`npm run ${suite}\` \\| .+ \\| .+ \\|$`, "m"));
  }
});
