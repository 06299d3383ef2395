import { type Question, queryOf } from "./question.ts";

/** Quotes `text` as one word for a POSIX shell. */
function shellWord(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

/** The curl command for the page's request. It never shows the key: it reads it from the shell variable `BERTWEET_KEY`. */
export function curlCommand(origin: string, question: Question, withKey: boolean): string {
  const query = queryOf(question);
  const lines = [`curl ${query ? "-G " : ""}${origin}${question.route}`];
  if (withKey) lines.push(`-H "Authorization: Bearer $BERTWEET_KEY"`);
  if (!query) lines.push("-H 'Content-Type: application/json'", `-d ${shellWord(JSON.stringify(question.parameters))}`);
  for (const [name, value] of query ?? []) lines.push(`--data-urlencode ${shellWord(`${name}=${value}`)}`);
  return lines.join(" \\\n  ");
}
