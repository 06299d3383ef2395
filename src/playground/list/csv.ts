import type { LabelledLine } from "./label-lines.ts";

/** Tells spreadsheets that a file is UTF-8. */
const BYTE_ORDER_MARK = "\uFEFF";

/** Labelled lines as CSV (RFC 4180) for spreadsheets: a label and a score for each task. */
export function toCsv(lines: readonly LabelledLine[], tasks: readonly string[]): string {
  const head = ["line", "text", ...tasks.flatMap((task) => [task, `${task}_score`]), "tokens", "tokens_read"];
  const rows = lines.map(({ number, text, labels, tokens }) => [
    String(number),
    asText(text),
    ...labels.flatMap(({ label, score }) => [label, String(score)]),
    String(tokens.total),
    String(tokens.used),
  ]);
  return BYTE_ORDER_MARK + [head, ...rows].map((row) => `${row.map(quoted).join(",")}\r\n`).join("");
}

/** Spreadsheets run a cell that begins like a formula. A leading apostrophe makes it a text. */
function asText(cell: string): string {
  return /^[=+\-@\t\r]/.test(cell) ? `'${cell}` : cell;
}

function quoted(cell: string): string {
  return /[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}
