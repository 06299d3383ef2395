/** A POSIX shell's word that means exactly `text`. */
function shellWord(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

/** The command that asks what the page asked. A key is never shown: it stands in the shell's `BERTWEET_KEY`. */
export function curlCommand(url: string, parameters: [string, string][], withKey: boolean): string {
  const lines = [`curl -G ${url}`];
  if (withKey) lines.push(`-H "Authorization: Bearer $BERTWEET_KEY"`);
  for (const [name, value] of parameters) lines.push(`--data-urlencode ${shellWord(`${name}=${value}`)}`);
  return lines.join(" \\\n  ");
}
