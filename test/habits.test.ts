import { globSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { scripts, version } from "../package.json";

const WORKFLOWS = globSync(".github/workflows/*.yml");
const read = (path: string) => readFileSync(path, "utf8");

test("the workflows and .ci/run call commands that there are", () => {
  const jobs = [...WORKFLOWS, ".ci/run"].flatMap((path) => read(path).split(/^ {2}(?=\w[\w-]*:$)/m));
  const called = jobs.flatMap((job) => {
    // A matrix names the last part of the command.
    const parts = /project: \[(.+)\]/.exec(job)?.[1]?.split(", ") ?? [];
    return [...job.matchAll(/^[^#]*?npm (?:run ([\w:-]+)(\$\{\{)?|(test))/gm)].flatMap(
      ([, name = "test", fromMatrix]) => (fromMatrix ? parts.map((part) => name + part) : [name]),
    );
  });
  const suites = Object.keys(scripts).filter((name) => name.startsWith("test:"));
  expect(new Set(called)).toEqual(new Set(["check", "test", ...suites]));
});

test("actions are pinned to a major version", () => {
  const uses = WORKFLOWS.flatMap((path) => read(path).match(/uses: .+/g) ?? []);
  expect(uses.length).toBeGreaterThan(3);
  for (const each of uses) expect(each).toMatch(/^uses: actions\/[\w-]+@v\d+$/);
});

test("the changelog has the changes since the last version, and a tag's version is one of its headings", () => {
  const headings = read("CHANGELOG.md").match(/^## .+/gm) ?? [];
  expect(headings[0]).toBe("## [Unreleased]");
  for (const heading of headings.slice(1)) expect(heading).toMatch(/^## \[\d+\.\d+\.\d+\] - \d{4}-\d\d-\d\d$/);
  if (headings[1]) expect(headings[1]).toContain(`[${version}]`);
});

test("the licence beside the weights is the one that their manifest names", () => {
  const { license } = JSON.parse(read("models/bertweet-mini/manifest.json"));
  expect(license).toBe("Apache-2.0");
  expect(read("models/bertweet-mini/LICENSE")).toMatch(/Apache License\s+Version 2\.0/);
});
