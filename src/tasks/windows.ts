/** Pieces [start, end) of a text, `<s>` and `</s>` not counted. */
export interface PieceRange {
  start: number;
  end: number;
}

/** Minimum share of a window's pieces that its neighbour reads too. */
const OVERLAP_SHARE = 0.25;

/** The smallest number of full windows of `capacity` pieces that cover `pieces` pieces, evenly spread. */
export function planWindows(pieces: number, capacity: number): PieceRange[] {
  if (pieces <= capacity) return [{ start: 0, end: pieces }];
  const stride = capacity - Math.floor(capacity * OVERLAP_SHARE);
  const last = Math.ceil((pieces - capacity) / stride);
  return Array.from({ length: last + 1 }, (_, number) => {
    const start = Math.floor(((pieces - capacity) * number) / last);
    return { start, end: start + capacity };
  });
}

/**
 * The window in which a piece has the most context on both sides. So a piece in an overlap has one owner.
 *
 * @returns the index into `windows`, or undefined if no window reads the piece
 */
export function ownerOf(piece: number, windows: readonly PieceRange[]): number | undefined {
  let owner: number | undefined;
  let nearest = Number.POSITIVE_INFINITY;
  windows.forEach(({ start, end }, index) => {
    const fromCentre = Math.abs(piece - (start + end - 1) / 2);
    if (piece >= start && piece < end && fromCentre < nearest) {
      owner = index;
      nearest = fromCentre;
    }
  });
  return owner;
}
