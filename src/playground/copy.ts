import { el } from "./dom.ts";

const SAID_FOR_MS = 1600;

/** Makes `button` copy the result of `text`, and show a short confirmation. */
export function copyOnClick(button: HTMLButtonElement, text: () => string): void {
  const name = button.textContent;
  button.addEventListener("click", async () => {
    const copied = await navigator.clipboard.writeText(text()).then(
      () => true,
      () => false, // the browser or the user does not allow the page to write to the clipboard
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
