import { loadModel, problemOf } from "./model.js";

const state = document.querySelector("#state");
const rows = document.querySelector("tbody");
const button = document.querySelector("button");

/** Registers the service worker. From then on it serves and caches every file. */
async function becomeOffline() {
  await navigator.serviceWorker.register("service-worker.js");
  if (navigator.serviceWorker.controller) return;
  await new Promise((resolve) => navigator.serviceWorker.addEventListener("controllerchange", resolve, { once: true }));
}

function addRow(...cells) {
  const row = rows.insertRow();
  for (const cell of cells) row.insertCell().textContent = cell;
}

try {
  await becomeOffline();
  const model = await loadModel("bertweet-mini");
  state.textContent = `${model.id} is loaded. No tweet leaves this page, and the page now works without a network.`;
  button.disabled = false;

  document.querySelector("form").addEventListener("submit", async (event) => {
    event.preventDefault();
    rows.replaceChildren();
    const tweets = document
      .querySelector("textarea")
      .value.split("\n")
      .filter((line) => line.trim());
    for (const tweet of tweets) {
      try {
        const { results } = await model.analyze(tweet, { tasks: ["sentiment", "emotion", "ner"] });
        const entities = results.ner.entities.map(({ text, label }) => `${text} (${label})`);
        addRow(tweet, results.sentiment.label, results.emotion.label, entities.join(", "));
      } catch (error) {
        addRow(tweet, problemOf(error)?.title ?? String(error));
      }
    }
  });
} catch (error) {
  state.textContent = `The model could not be loaded. ${error instanceof Error ? error.message : error}`;
}
