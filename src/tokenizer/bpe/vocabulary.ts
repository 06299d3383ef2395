import { countLines, forEachLine, strip, universalNewlines } from "../python/whitespace.ts";
import { SPECIAL_TOKENS } from "../special-tokens.ts";
import { StringTable } from "./string-table.ts";

export interface Vocabulary {
  /** The id of a piece, that of `<unk>` if there is none. */
  idOf(piece: string): number;
  /** The piece of an id; that of `<unk>` where no piece has it. */
  pieceOf(id: number): string;
  /** How many ids there are, `<mask>` included. */
  readonly size: number;
  readonly bosId: number;
  readonly eosId: number;
  readonly padId: number;
  readonly unkId: number;
  readonly maskId: number;
}

/**
 * Reads a fairseq dictionary, `<piece> <count>` a line. `<s>`, `<pad>`, `</s>` and `<unk>` come before its pieces;
 * `<mask>` after them, unless it is one of them.
 *
 * @throws Error if a line has no space in it
 */
export function parseVocabulary(text: string): Vocabulary {
  const lines = universalNewlines(text);
  const table = StringTable.empty(countLines(lines) + 1 + SPECIAL_TOKENS.length);
  for (const token of ["<s>", "<pad>", "</s>", "<unk>"]) table.add(token);
  const moved = new Map<number, number>();
  forEachLine(lines, (untrimmed, index) => {
    const line = strip(untrimmed);
    const space = line.lastIndexOf(" ");
    if (space < 0) throw new Error(`vocabulary, line ${index + 1}: expected "<piece> <count>"`);
    const next = table.size;
    const number = table.add(line.slice(0, space));
    // A piece that comes twice keeps its last id, which the next piece then shares: so does the reference.
    if (number < next) moved.set(number, next);
  });
  table.add("<mask>");
  return vocabularyOf(table, moved);
}

/**
 * Reads `vocab.json` of a byte-level BPE, `{"<piece>": <id>}`.
 *
 * @throws Error if it is no such table, if its ids are not 0, 1, 2, ... or if a special token is missing
 */
export function parseJsonVocabulary(json: string): Vocabulary {
  const ids: unknown = JSON.parse(json);
  if (typeof ids !== "object" || ids === null) throw new Error("vocabulary: expected an object");
  const entries = Object.entries(ids);
  const pieces = new Map<unknown, string>(entries.map(([piece, id]) => [id, piece]));
  const table = StringTable.empty(entries.length);
  for (const id of entries.keys()) {
    const piece = pieces.get(id);
    if (piece === undefined) throw new Error(`vocabulary: no piece has the id ${id}`);
    table.add(piece);
  }
  for (const token of SPECIAL_TOKENS) if (table.indexOf(token) < 0) throw new Error(`vocabulary: ${token} is missing`);
  return vocabularyOf(table, new Map());
}

/** Ids are the numbers of the table, but for the pieces that `moved` gives another. */
export function vocabularyOf(table: StringTable, moved: ReadonlyMap<number, number>): Vocabulary {
  const find = (piece: string) => {
    const number = table.indexOf(piece);
    return moved.get(number) ?? number;
  };
  const unkId = find("<unk>");
  const texts = new Array<string | undefined>(table.size).fill(undefined);
  const textOf = (id: number) => {
    texts[id] ??= table.at(id);
    return texts[id];
  };
  return {
    idOf(piece) {
      const id = find(piece);
      return id < 0 ? unkId : id;
    },
    pieceOf: (id) => (id >= 0 && id < table.size && !moved.has(id) ? textOf(id) : "<unk>"),
    size: table.size,
    bosId: find("<s>"),
    eosId: find("</s>"),
    padId: find("<pad>"),
    unkId,
    maskId: find("<mask>"),
  };
}
