import type { Report } from "./row.ts";

/** What the command line tells every part. */
export interface Settings {
  quick: boolean;
  /** The usual export, as scripts/training/export_stock.py writes it. */
  stock: string | undefined;
  /** An interpreter that has scripts/bench/peers/requirements.txt. */
  python: string | undefined;
  /** Texts, one a line. */
  tweets: string | undefined;
  /** The folder of a full-size model's bundle. */
  baseBundle: string | undefined;
  /** A folder for plots and the JSON that they were drawn from. */
  plots: string | undefined;
}

export type Part = (settings: Settings) => Promise<Report>;
