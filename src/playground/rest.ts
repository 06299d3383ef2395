/** Pause in typing after which the page asks the service. */
const REST_MS = 250;

/** Calls `rested` when typing into the fields has paused. */
export function whenTypingRests(fields: HTMLTextAreaElement[], rested: () => void): void {
  let resting: ReturnType<typeof setTimeout> | undefined;
  for (const field of fields)
    field.addEventListener("input", () => {
      clearTimeout(resting);
      resting = setTimeout(rested, REST_MS);
    });
}
