import { strip, textLines } from "./python-space.ts";

export interface Vocabulary {
  /** The id of a piece, that of `<unk>` if there is none. */
  idOf(piece: string): number;
  /** The piece of an id; that of `<unk>` where no piece has it. */
  pieceOf(id: number): string;
  /** How many ids there are, `<mask>` included. */
  readonly size: number;
  readonly bosId: number;
  readonly padId: number;
  readonly eosId: number;
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
  const ids = new Map([
    ["<s>", 0],
    ["<pad>", 1],
    ["</s>", 2],
    ["<unk>", 3],
  ]);
  const lines = textLines(text);
  if (lines.at(-1) === "") lines.pop();
  for (const [index, untrimmed] of lines.entries()) {
    const line = strip(untrimmed);
    const space = line.lastIndexOf(" ");
    if (space < 0) throw new Error(`vocabulary, line ${index + 1}: expected "<piece> <count>"`);
    // A piece that comes twice keeps its last id, which the next piece then shares: so does the reference.
    ids.set(line.slice(0, space), ids.size);
  }
  if (!ids.has("<mask>")) ids.set("<mask>", ids.size);
  const idOf = (piece: string) => ids.get(piece) as number;
  const unkId = idOf("<unk>");
  let pieces: string[] | undefined;
  return {
    pieceOf(id) {
      if (!pieces) {
        pieces = [];
        for (const [piece, known] of ids) pieces[known] = piece;
      }
      return pieces[id] ?? "<unk>";
    },
    idOf: (piece) => ids.get(piece) ?? unkId,
    size: ids.size,
    bosId: idOf("<s>"),
    padId: idOf("<pad>"),
    eosId: idOf("</s>"),
    unkId,
    maskId: idOf("<mask>"),
  };
}
