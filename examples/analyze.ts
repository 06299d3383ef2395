/**
 * Sends a text to a service and prints the answers of its usual tasks.
 *
 *     npx node examples/analyze.ts http://127.0.0.1:8787 "Off to Berlin with @anna 😍"
 */
import { createClient, ProblemError } from "bertweet-edge/client";

const [baseUrl, text] = process.argv.slice(2);
if (baseUrl === undefined || text === undefined) {
  console.error("usage: npx node examples/analyze.ts URL TEXT");
  process.exit(2);
}

const client = createClient(baseUrl, { apiKey: process.env.BERTWEET_KEY });

try {
  const { results, tokens } = await client.analyze(text, { truncation: "window" });
  for (const [task, found] of Object.entries(results)) {
    if ("scores" in found) console.log(`${task}: ${found.label} (${found.score.toFixed(2)})`);
    else console.log(`${task}: ${found.words.map((word) => `${word.text}/${word.tag}`).join(" ")}`);
  }
  console.log(`${tokens.used} of ${tokens.total} tokens read`);
} catch (error) {
  if (!(error instanceof ProblemError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
