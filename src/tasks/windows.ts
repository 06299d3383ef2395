/** Pieces [start, end) of a text, `<s>` and `</s>` not counted. */
export interface PieceRange {
  start: number;
  end: number;
}

/** The share of a window's pieces that its neighbour reads too, at least. */
const OVERLAP_SHARE = 0.25;

/** As few full windows of `capacity` pieces as cover `pieces` of them, spread evenly. */
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
 * The window that reads a piece with most of its neighbours around it, so that a piece in an overlap has one owner.
 *
 * @returns the index into `windows`, or undefined when none reads the piece
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
