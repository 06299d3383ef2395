import type { HttpRequest } from "../http/client.ts";

/** A request of the fuzz. */
export type Case = HttpRequest & { headers: NonNullable<HttpRequest["headers"]> };

const SHOWN_UNITS = 2_000;

/** The case for a reader: all of a short one, the beginning of a long body. */
export function describeCase({ method, target, headers, body, chunks }: Case): string {
  const lines = [`${method} ${cut(target)}`, ...headers.map(([name, value]) => `${name}: ${cut(value)}`)];
  if (chunks) lines.push(`(in chunks: ${[...chunks, "the rest"].join(", ")})`);
  if (body) lines.push(`(${body.length} bytes)`, cut(JSON.stringify(Buffer.from(body).toString("latin1"))));
  return lines.map((line) => `  ${line}`).join("\n");
}

function cut(text: string): string {
  return text.length <= SHOWN_UNITS ? text : `${text.slice(0, SHOWN_UNITS)}... (${text.length} characters)`;
}
