const STORED_AS = "bertweet-edge access key";

/** Keeps the access key field's value in the tab's session storage, and nowhere else. @returns a function that reads it */
export function rememberKey(field: HTMLInputElement, changed: () => void): () => string {
  field.value = sessionStorage.getItem(STORED_AS) ?? "";
  field.addEventListener("change", () => {
    const key = field.value.trim();
    if (key === "") sessionStorage.removeItem(STORED_AS);
    else sessionStorage.setItem(STORED_AS, key);
    changed();
  });
  return () => field.value.trim();
}
