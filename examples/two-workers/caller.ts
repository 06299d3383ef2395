/**
 * A Worker that asks another Worker about tweets over a service binding. It needs no HTTP and no key, and every answer has a type.
 *
 *     npx wrangler dev -c examples/two-workers/wrangler.toml -c wrangler.toml
 *     curl -G http://127.0.0.1:8787/ --data-urlencode "text=Off to Berlin with @anna 😍"
 */
import { type Bertweet, createClient, problemOf } from "bertweet-edge/client";

interface Env {
  /** The Worker of this repository, or one whose main module exports `BertweetEdge` of `bertweet-edge/worker`. */
  BERTWEET: Bertweet & Fetcher;
}

export default {
  async fetch(request, { BERTWEET }) {
    const { pathname, searchParams } = new URL(request.url);
    const text = searchParams.get("text") ?? "";
    if (pathname === "/stream") return byHttp(BERTWEET, text);
    try {
      const [{ label, score }, { entities }] = await Promise.all([
        BERTWEET.predict("sentiment", text),
        BERTWEET.predict("ner", text, { scheme: "wnut17" }),
      ]);
      return Response.json({ label, score, entities: entities.map(({ text, label }) => ({ text, label })) });
    } catch (error) {
      const problem = problemOf(error);
      if (problem === undefined) throw error;
      const { type, status, errors = [], retry_after } = problem;
      const headers: HeadersInit = retry_after === undefined ? {} : { "Retry-After": String(retry_after) };
      return Response.json({ reason: type, fields: errors.map(({ pointer }) => pointer) }, { status, headers });
    }
  },
} satisfies ExportedHandler<Env>;

/** Streams have no method, so the client sends them over the same binding with HTTP. The host name does not matter. */
async function byHttp(service: Fetcher, text: string): Promise<Response> {
  const client = createClient("https://bertweet-edge", { fetch: (url, init) => service.fetch(url, init) });
  const labels: string[] = [];
  for await (const answer of client.stream("sentiment", text.split("\n")))
    labels.push("error" in answer ? answer.error.title : answer.label);
  return Response.json(labels);
}
