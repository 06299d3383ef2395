import { type Question, queryOf } from "./question.ts";

/** A POSIX shell's word that means exactly `text`. */
function shellWord(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

/** The command that asks what the page asked. A key is never shown: it stands in the shell's `BERTWEET_KEY`. */
export function curlCommand(origin: string, question: Question, withKey: boolean): string {
  const query = queryOf(question);
  const lines = [`curl ${query ? "-G " : ""}${origin}${question.route}`];
  if (withKey) lines.push(`-H "Authorization: Bearer $BERTWEET_KEY"`);
  if (!query) lines.push("-H 'Content-Type: application/json'", `-d ${shellWord(JSON.stringify(question.parameters))}`);
  for (const [name, value] of query ?? []) lines.push(`--data-urlencode ${shellWord(`${name}=${value}`)}`);
  return lines.join(" \\\n  ");
}
