import type { Link } from "../share.ts";

/** One way to use the page. */
export interface Panel {
  /** Shows the texts of a link, or the panel's last state. */
  open(link: Link): void;
  /** Asks again after the access key has changed. */
  again(): void;
}
