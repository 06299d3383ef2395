import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { importsOf, readSources } from "./imports.ts";

/** A drawing of ARCHITECTURE.md. An arrow is an import of code, not of types alone. */
interface Drawing {
  /** The heading of the section that has it. */
  heading: string;
  /** Beginnings of paths below src/ that it shows; */
  shows: string[];
  /** and those among them that it leaves out, with a sentence in the section that says so. */
  leavesOut: string[];
}

const DRAWINGS: Drawing[] = [
  {
    heading: "The way of a request",
    shows: ["app.ts", "http/", "tasks/", "tokenizer/", "runtime/"],
    leavesOut: ["http/schemas/", "http/metrics/", "runtime/settings.ts"],
  },
  {
    heading: "Loading",
    shows: ["runtime/", "bundle/", "tokenizer/"],
    leavesOut: ["settings", "release", "join", "stage", "turns"].map((name) => `runtime/${name}.ts`),
  },
  {
    heading: "Jobs",
    shows: ["jobs/"],
    leavesOut: ["env", "keys", "price", "settings", "store"].map((name) => `jobs/${name}.ts`),
  },
];

/** Single files in http/ are errors, problems and the like: no stage of the way of a request. */
const isSingleFileOfHttp = (file: string) => /^http\/[^/]+\.ts$/.test(file);

interface Graph {
  /** Beginnings of paths by the name of a node. */
  nodes: Map<string, string[]>;
  /** `a --> b` by the names of the nodes. */
  arrows: string[];
}

/** Reads a flowchart whose nodes are `name["path, path: what it does"]`. @throws Error for a line that is no arrow */
function parseFlowchart(chart: string): Graph {
  const nodes = new Map<string, string[]>();
  const nameOf = (node: string): string => {
    const [, name, label] = /^(\w+)(?:\["(.+)"\])?$/.exec(node) ?? [];
    if (name === undefined) throw new Error(`${node} is no node.`);
    if (label !== undefined) nodes.set(name, (label.split(":")[0] as string).split(", "));
    return name;
  };
  const [kind, ...lines] = chart.trim().split("\n");
  expect(kind).toBe("flowchart TD");
  const arrows = lines.map((line) => {
    const [from, to, ...more] = line.trim().split(" --> ");
    if (from === undefined || to === undefined || more.length > 0) throw new Error(`${line} is no arrow.`);
    return `${nameOf(from)} --> ${nameOf(to)}`;
  });
  return { nodes, arrows };
}

/** The node that a file belongs to: the one with the longest beginning that fits. */
function nodeOf(file: string, { nodes }: Graph): string | undefined {
  const fits = [...nodes].flatMap(([name, paths]) =>
    paths.filter((path) => file === path || file.startsWith(`${path}/`)).map((path) => ({ name, path })),
  );
  return fits.toSorted((a, b) => b.path.length - a.path.length)[0]?.name;
}

const architecture = readFileSync("ARCHITECTURE.md", "utf8");
const sources = readSources();

describe.each(DRAWINGS)("the drawing of “$heading”", ({ heading, shows, leavesOut }) => {
  const section = architecture.split(/^## /m).find((each) => each.startsWith(`${heading}\n`)) ?? "";
  const chart = /^```mermaid\n(.*?)^```/ms.exec(section)?.[1] ?? "";
  const graph = parseFlowchart(chart);
  const isShown = (file: string) =>
    shows.some((path) => file.startsWith(path)) &&
    !leavesOut.some((path) => file.startsWith(path)) &&
    !isSingleFileOfHttp(file);
  const files = [...sources.keys()].filter(isShown);

  test("has a node for every file, and every path of a node is there", () => {
    expect(files.filter((file) => nodeOf(file, graph) === undefined)).toEqual([]);
    const paths = [...graph.nodes.values()].flat();
    const isThere = (path: string) => files.some((file) => file === path || file.startsWith(`${path}/`));
    expect(paths.filter((path) => !isThere(path))).toEqual([]);
  });

  test("says in words what it leaves out", () => {
    const words = section.replace(chart, "");
    for (const path of leavesOut) expect(words).toContain(`\`${path}\``);
  });

  test("has an arrow for every import, and an import for every arrow", () => {
    const imported = files.flatMap((file) =>
      importsOf(file, sources.get(file) as string)
        .filter(({ target, typeOnly }) => !typeOnly && isShown(target))
        .map(({ target }) => [nodeOf(file, graph), nodeOf(target, graph)])
        .filter(([from, to]) => from !== to)
        .map(([from, to]) => `${from} --> ${to}`),
    );
    expect(graph.arrows.toSorted()).toEqual([...new Set(imported)].sort());
  });
});
