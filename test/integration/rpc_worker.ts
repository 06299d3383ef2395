import { type Bertweet, problemOf } from "../../src/client.ts";

/** Calls a method of the service over a binding: `{ method, args }` gives the answer as it came, or the problem that the error means. */
export default {
  async fetch(request, { BERTWEET }) {
    const { method, args } = (await request.json()) as { method: keyof Bertweet; args: never[] };
    try {
      const call = BERTWEET[method] as (...args: never[]) => Promise<object>;
      return Response.json(await call(...args));
    } catch (error) {
      const { name, message } = error as Error;
      return Response.json({ problem: problemOf(error), name, message }, { status: 500 });
    }
  },
} satisfies ExportedHandler<{ BERTWEET: Bertweet }>;
