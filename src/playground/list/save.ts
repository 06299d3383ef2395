import { el } from "../dom.ts";

/** How long the browser may take to start reading the file. */
const READ_WITHIN_MS = 60_000;

/** Lets the browser save a file. */
export function saveFile(name: string, content: string, type: string): void {
  const url = URL.createObjectURL(new Blob([content], { type }));
  el("a", { href: url, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(url), READ_WITHIN_MS);
}
