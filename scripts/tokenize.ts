import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { createTokenizer, type Tokenizer, type TokenizerFiles } from "../src/tokenizer/index.ts";
import { readBundleFolder } from "./bundle_folder.ts";
import { runCommand } from "./lib/command.ts";
import { Refusal } from "./lib/refusal.ts";

const help = `Tokenizes tweets as BERTweet does.

  npm run --silent tokenize -- --bundle DIR
  npm run --silent tokenize -- --vocab FILE --merges FILE [--emoji FILE]

Reads UTF-8 lines from standard input and prints for each one JSON line
  {"ids":[...],"offsets":[[start,end],...]}
with <s> and </s>, without truncation. Offsets are UTF-16 code units of the line.

A line ends with a line feed; a carriage return is part of the text. Bytes that are
not UTF-8 are read as U+FFFD, one for each invalid sequence (WHATWG Encoding).

  --bundle DIR    a model bundle; its manifest says which tokenizer it has
  --vocab FILE    a fairseq dictionary, "<piece> <count>" a line
  --merges FILE   fastBPE codes, "<left> <right> <count>" a line
  --emoji FILE    emoji names as JSON; default: those of models/bertweet-mini
  --help          print this
`;

const defaultEmoji = join(import.meta.dirname, "../models/bertweet-mini/emoji.json");

const options = {
  bundle: { type: "string" },
  vocab: { type: "string" },
  merges: { type: "string" },
  emoji: { type: "string" },
} as const;

async function ofBundle(folder: string): Promise<Tokenizer> {
  const { kind, vocab, merges, emoji } = (await readBundleFolder(folder)).manifest.tokenizer;
  return createTokenizer(await readTexts({ vocab, merges, emoji }, folder), kind);
}

async function ofFiles({ vocab, merges, emoji = defaultEmoji }: Partial<TokenizerFiles>): Promise<Tokenizer> {
  if (!vocab || !merges) throw new Refusal("Needs --bundle, or --vocab and --merges; see --help.");
  return createTokenizer(await readTexts({ vocab, merges, emoji }));
}

/** Reads the files of a tokenizer, from `folder` if it is given. */
async function readTexts({ vocab, merges, emoji }: TokenizerFiles, folder = ""): Promise<TokenizerFiles> {
  const read = (name: string) =>
    readFile(join(folder, name), "utf8").catch((cause: Error) => {
      throw new Refusal(cause.message, { cause });
    });
  return { vocab: await read(vocab), merges: await read(merges), emoji: await read(emoji) };
}

/** One string of output for each chunk of input. */
async function* encodeLines(bytes: AsyncIterable<Uint8Array>, tokenizer: Tokenizer): AsyncGenerator<string> {
  const decoder = new TextDecoder("utf-8", { fatal: false, ignoreBOM: true });
  let rest = "";
  for await (const chunk of bytes) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split("\n");
    rest = lines.pop() as string;
    yield lines.map((line) => encodeLine(line, tokenizer)).join("");
  }
  rest += decoder.decode();
  if (rest !== "") yield encodeLine(rest, tokenizer);
}

function encodeLine(line: string, tokenizer: Tokenizer): string {
  const { ids, offsets } = tokenizer.encode(line);
  return `{"ids":[${ids.join(",")}],"offsets":${JSON.stringify(offsets)}}\n`;
}

await runCommand({ help, options, allowPositionals: false }, async ({ values }) => {
  const tokenizer = values.bundle ? await ofBundle(values.bundle) : await ofFiles(values);
  try {
    await pipeline(process.stdin, (bytes) => encodeLines(bytes, tokenizer), process.stdout);
  } catch (error) {
    // The reader of the output may stop before the input ends, like `head`.
    if (!(error instanceof Error && "code" in error && error.code === "EPIPE")) throw error;
  }
});
