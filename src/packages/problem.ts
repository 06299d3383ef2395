import type { Failure } from "../errors.ts";
import type { Problem as Told } from "../http/schemas/answers.ts";

// A separate file, because types.ts imports the whole service, and the playground's pages can't be type-checked with that.

type Always = "title" | "status";

/** A problem of RFC 9457. Its type is `about:blank` if something between the client and the service answered. */
export type Problem = { type: `/problems/${Failure["kind"]}` | "about:blank" } & Pick<Told, Always> &
  Partial<Omit<Told, "type" | Always>>;
