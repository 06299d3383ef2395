/** How long typing must rest before the service is asked. */
const REST_MS = 250;

/** Calls `rested` once typing into the fields has rested. */
export function whenTypingRests(fields: HTMLTextAreaElement[], rested: () => void): void {
  let resting: ReturnType<typeof setTimeout> | undefined;
  for (const field of fields)
    field.addEventListener("input", () => {
      clearTimeout(resting);
      resting = setTimeout(rested, REST_MS);
    });
}
