import type { Link } from "../share.ts";

/** One way to use the page. */
export interface Panel {
  /** Shows what a link holds, or what the panel had before. */
  open(link: Link): void;
  /** Asks again, since another access key was given. */
  again(): void;
}
