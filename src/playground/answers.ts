/** What the page reads of the service's answers; all spans are [start, end) in UTF-16 units of the text as sent. */

export interface Scored {
  label: string;
  score: number;
}

export interface Classification extends Scored {
  /** Highest first. */
  scores: Scored[];
}

export interface TaggedWord {
  text: string;
  tag: string;
  score: number;
  start: number;
  end: number;
}

export interface Entity extends Scored {
  text: string;
  start: number;
  end: number;
}

export interface Tagging {
  words: TaggedWord[];
  /** Only where the tags tell of spans. */
  entities?: Entity[];
}

interface Reading {
  tokens: { total: number; used: number };
  truncated: boolean;
  model: { id: string; version: string };
}

export interface Analysis extends Reading {
  results: Record<string, Classification | Tagging>;
}

export interface Tokenization extends Reading {
  normalized: string;
  pieces: string[];
  ids: number[];
  offsets: [number, number][];
  rewrites: { kind: string; from: string; to: string; start: number; end: number }[];
  unknown: number;
  unknown_emoji: string[];
}

export interface Models {
  models: {
    id: string;
    version: string;
    tasks: Record<string, { kind: string; labels?: string[]; description: string }>;
  }[];
}

/** RFC 9457, with the service's list of what is wrong where. */
export interface Problem {
  type: string;
  title: string;
  status: number;
  detail?: string;
  errors?: { pointer: string; detail: string }[];
}
