import type { Report } from "./row.ts";

/** The command line's options for every part. */
export interface Settings {
  quick: boolean;
  /** The usual export, as scripts/training/export_stock.py writes it. */
  stock: string | undefined;
  /** An interpreter that has scripts/bench/peers/requirements.txt. */
  python: string | undefined;
  /** A file of texts: see `readTweets`. */
  tweets: string | undefined;
  /** The folder of a full-size model's bundle. */
  baseBundle: string | undefined;
  /** A folder for the plots and their data as JSON. */
  plots: string | undefined;
}

export type Part = (settings: Settings) => Promise<Report>;
