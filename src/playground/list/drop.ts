import { counted, MAX_FILE_BYTES } from "./lines.ts";

/**
 * Puts a text file into a field if it is dropped on it or chosen with `picker`. Calls `took` after that, or `refused` with the reason
 * why not.
 */
export function takeFiles(
  field: HTMLTextAreaElement,
  picker: HTMLInputElement,
  took: () => void,
  refused: (why: string) => void,
): void {
  async function take(file: File | undefined): Promise<void> {
    if (!file) return;
    if (file.size > MAX_FILE_BYTES) {
      refused(`The file has ${counted(file.size)} bytes. This page takes ${counted(MAX_FILE_BYTES)}.`);
      return;
    }
    field.value = await file.text();
    took();
  }

  field.addEventListener("dragover", (event) => {
    if (!event.dataTransfer?.types.includes("Files")) return; // the browser handles dragged text itself
    event.preventDefault();
    field.classList.add("receiving");
  });
  field.addEventListener("dragleave", () => field.classList.remove("receiving"));
  field.addEventListener("drop", (event) => {
    field.classList.remove("receiving");
    const file = event.dataTransfer?.files[0];
    if (!file) return;
    event.preventDefault();
    take(file);
  });
  picker.addEventListener("change", async () => {
    await take(picker.files?.[0]);
    picker.value = ""; // so that the same file can be chosen again
  });
}
