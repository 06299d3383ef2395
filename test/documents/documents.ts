import { globSync, readFileSync } from "node:fs";

/** The checked documents. CHANGELOG.md is not among them, because its commands may no longer exist. */
const DOCUMENTS = [
  "README.md",
  "CONTRIBUTING.md",
  "ARCHITECTURE.md",
  "SECURITY.md",
  "models/README.md",
  ...globSync("docs/*.md").sort(),
];

/** A block between fences. */
export interface Block {
  document: string;
  /** The word after the opening fence. */
  language: string;
  code: string;
}

/** A command of a document: a line of a `sh` block without its comment, or code within a sentence that begins like a command. */
export interface Command {
  document: string;
  line: string;
  /** Whether it is in a block. A command in a sentence may be incomplete, or have placeholders instead of values. */
  inBlock: boolean;
}

const read = (document: string) => ({ document, text: readFileSync(document, "utf8") });

const FENCE = /^```(\w*)\n(.*?)^```$/gms;

/** All blocks of the documents, in their order. */
export function readBlocks(): Block[] {
  return DOCUMENTS.map(read).flatMap(({ document, text }) =>
    [...text.matchAll(FENCE)].map(([, language, code]) => ({ document, language, code }) as Block),
  );
}

/** All commands of the documents. */
export function readCommands(): Command[] {
  const ofBlocks = readBlocks()
    .filter(({ language }) => language === "sh")
    .flatMap(({ document, code }) => linesOf(code).map((line) => ({ document, line, inBlock: true })));
  const ofSentences = DOCUMENTS.map(read).flatMap(({ document, text }) =>
    [...text.replaceAll(FENCE, "").matchAll(/`([^`]+)`/g)]
      .map(([, code]) => (code as string).replaceAll(/\s+/g, " "))
      .filter((code) => /^([A-Z]+=\S+ )*(npm|npx|node|python3?|\S+\.(sh|py)) /.test(code))
      .map((line) => ({ document, line, inBlock: false })),
  );
  return [...ofBlocks, ...ofSentences];
}

/** The lines of a script, without comments; one that ends in a backslash goes on in the next. */
function linesOf(code: string): string[] {
  return code
    .replaceAll(/\\\n\s*/g, "")
    .split("\n")
    .map((line) => line.replace(/\s+#\s.*$/, "").trim())
    .filter((line) => line !== "" && !line.startsWith("#"));
}
