const STORED_AS = "bertweet-edge access key";

/** The access key field's value; the tab's session remembers it, nothing else does. */
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
