/** Change this name when the page, the package or the model changes. */
const CACHE = "tweets-1";

const PAGE = ["./", "app.js", "model.js", "problem-error.js"];

self.addEventListener("install", (event) => event.waitUntil(keepPage()));
self.addEventListener("activate", (event) => event.waitUntil(takeOver()));
self.addEventListener("fetch", (event) => {
  if (event.request.method === "GET") event.respondWith(answer(event.request));
});

async function keepPage() {
  const cache = await caches.open(CACHE);
  await cache.addAll(PAGE);
}

async function takeOver() {
  for (const name of await caches.keys()) if (name !== CACHE) await caches.delete(name);
  await self.clients.claim();
}

/** Answers from the cache. Fetches each file only once, including the model's files. */
async function answer(request) {
  const cache = await caches.open(CACHE);
  const kept = await cache.match(request);
  if (kept) return kept;
  const response = await fetch(request);
  if (response.status === 200) await cache.put(request, response.clone());
  return response;
}
