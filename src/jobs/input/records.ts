const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const QUOTE = 0x22;
const COMMA = 0x2c;

/** A line or a record of a table. */
export interface Record {
  /** Place of its first byte. */
  readonly start: number;
  /** Place behind its line end. */
  readonly end: number;
  /** Without the line end. Absent when it is longer than the limit. */
  readonly bytes: Uint8Array | undefined;
}

interface Splitting {
  /** Whether line ends within a quoted field belong to it, as in CSV. */
  readonly quoted: boolean;
  /** Place of the first byte. */
  readonly at: number;
  /** Bytes of a record without its line end. Of a longer one nothing is held. */
  readonly maxBytes: number;
}

/**
 * Splits bytes that come in parts into records. It holds one record at most. A record ends with a line feed; a carriage return before
 * it belongs to the line end.
 */
export function recordSplitter({ quoted, at, maxBytes }: Splitting) {
  const findEnd = quoted ? csvEnd() : (part: Uint8Array, from: number) => part.indexOf(LINE_FEED, from);
  let start = at;
  let place = at; // of the next byte
  let held: Uint8Array[] = [];
  let length = 0;

  const hold = (part: Uint8Array) => {
    length += part.length;
    if (length > maxBytes + 1)
      held = []; // a byte more, which may be a carriage return
    else if (part.length > 0) held.push(part);
    place += part.length;
  };
  const take = (): Record => {
    let bytes: Uint8Array | undefined;
    if (length <= maxBytes + 1) {
      const whole = held.length === 1 && held[0] ? held[0] : joined(held, length);
      const line = whole[length - 1] === CARRIAGE_RETURN ? whole.subarray(0, -1) : whole;
      if (line.length <= maxBytes) bytes = line;
    }
    const record = { start, end: place, bytes };
    held = [];
    length = 0;
    start = place;
    return record;
  };

  return {
    /** Bytes of the record that has not ended yet. */
    get open(): number {
      return place - start;
    },
    /** The records that end in this part. Their bytes may be those of the part: they are to be read before the next part. */
    *push(part: Uint8Array): Generator<Record> {
      let from = 0;
      for (let end = findEnd(part, 0); end >= 0; end = findEnd(part, from)) {
        hold(part.subarray(from, end));
        place++;
        from = end + 1;
        yield take();
      }
      hold(part.slice(from)); // a copy: the reader may use the buffer again
    },
    /** What stands behind the last line end. */
    *finish(): Generator<Record> {
      if (place > start) yield take();
    },
  };
}

function joined(parts: readonly Uint8Array[], length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

type State = "field" | "plain" | "quoted" | "closed" | "closed-cr";

/**
 * Finds the line feeds that end a record of CSV (RFC 4180). A quote opens a field only at its start, and closes it only before a comma
 * or a line end. This is what csv-parse does with `relax_quotes`, so that a quote within a word is a character.
 */
function csvEnd() {
  let state: State = "field";
  return (part: Uint8Array, from: number): number => {
    for (let at = from; at < part.length; at++) {
      const byte = part[at];
      if (state === "quoted") {
        if (byte !== QUOTE) {
          const quote = part.indexOf(QUOTE, at);
          if (quote < 0) return -1;
          at = quote;
        }
        state = "closed";
      } else if (state === "closed" && byte === QUOTE) state = "quoted";
      else if (state === "closed" && byte === CARRIAGE_RETURN) state = "closed-cr";
      else if (state === "field" && byte === QUOTE) state = "quoted";
      else if (byte === COMMA) state = "field";
      else if (byte === LINE_FEED) {
        state = "field";
        return at;
      } else state = "plain";
    }
    return -1;
  };
}
