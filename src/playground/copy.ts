import { el } from "./dom.ts";

const SAID_FOR_MS = 1600;

/** Makes `button` copy what `text` gives, and say so for a moment. */
export function copyOnClick(button: HTMLButtonElement, text: () => string): void {
  const name = button.textContent;
  button.addEventListener("click", async () => {
    const copied = await navigator.clipboard.writeText(text()).then(
      () => true,
      () => false, // the browser or its user doesn't let the page write
    );
    button.textContent = copied ? "Copied" : "Not allowed";
    setTimeout(() => {
      button.textContent = name;
    }, SAID_FOR_MS);
  });
}

export function copyButton(name: string, text: () => string): HTMLButtonElement {
  const button = el("button", { type: "button" }, name);
  copyOnClick(button, text);
  return button;
}
