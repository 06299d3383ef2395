/**
 * Uses the installed package as whatever runtime runs this, and prints what came of it.
 *
 *     use.js SERVICE_URL BUNDLE GOLDEN VOCAB CODES
 */
import { readFileSync } from "node:fs";
import { createClient, ProblemError } from "bertweet-edge/client";
import { loadModel, problemOf } from "bertweet-edge/model";
import { fromFiles } from "bertweet-edge/tokenizer";

const [url, bundle, golden, vocab, codes] = process.argv.slice(2);
const TEXTS = ["Off to Berlin with @anna 😍", "great, monday again", "so it goes ".repeat(100)];
const read = (path) => readFileSync(path, "utf8");

const tokenizer = fromFiles({ vocab: read(vocab), codes: read(codes) });
const vectors = read(golden)
  .trimEnd()
  .split("\n")
  .slice(1)
  .map((line) => JSON.parse(line));
const encoded = tokenizer.encodeBatch(vectors.map(({ text = "" }) => text));
const different = vectors.filter(({ words, ids }, index) => {
  const found = words === undefined ? encoded[index] : tokenizer.encodeWords(words);
  return found.ids.join() !== ids.join();
});
const undecoded = vectors.filter(({ text = "" }, index) => {
  const { ids, unknown } = encoded[index];
  return unknown === 0 && !/<\/?(s|pad)>/.test(text) && tokenizer.decode(ids) !== tokenizer.normalize(text).text;
});

/** Every method once, by whatever answers it. */
async function askAll(bertweet) {
  const answers = [
    await bertweet.predict("sentiment", TEXTS),
    await bertweet.predict("ner", TEXTS[0], { scheme: "wnut17" }),
    await bertweet.predict("pos", { tokens: ["Off", "to"] }),
    await bertweet.predict("fill-mask", "off to <mask>"),
    await bertweet.predict("review", TEXTS[2], { truncation: "window" }),
    await bertweet.explain("sentiment", TEXTS[0], { label: "negative" }),
    await bertweet.analyze(TEXTS),
    await bertweet.embed(TEXTS[0], { pooling: "cls", normalize: true }),
    await bertweet.tokenize(TEXTS[0]),
  ].map((answer) => JSON.stringify(answer));
  const problems = [];
  for (const question of [
    () => bertweet.predict("astrology", "hi"),
    () => bertweet.predict("sentiment", "x".repeat(20_001)),
    () => bertweet.predict("sentiment", Array(65).fill("hi")),
    () => bertweet.predict("sentiment", "hi", { model: "other" }),
    () => bertweet.explain("ner", "hi"),
    () => bertweet.embed(TEXTS[2], { truncation: "error" }),
  ]) {
    const error = await question().catch((error) => error);
    if (!(error instanceof ProblemError)) throw new Error("There is no problem.");
    const { type, status, errors } = problemOf(error);
    problems.push({ type, status, errors });
  }
  return { answers, problems };
}

const client = createClient(url);
const stream = [];
for await (const answer of client.stream("irony", [...TEXTS, " "])) stream.push(answer.label ?? answer.error.type);

const model = await loadModel(bundle);
console.log(
  JSON.stringify({
    vectors: vectors.length,
    different: different.length,
    undecoded: undecoded.length,
    stream,
    client: await askAll(client),
    model: await askAll(model),
  }),
);
