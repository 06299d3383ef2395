import { readVarInt } from "hyparquet/src/thrift.js";

const [STOP, FALSE, BYTE, I64, DOUBLE, BINARY, LIST, STRUCT] = [0, 2, 3, 6, 7, 8, 9, 12];

interface Reader {
  view: DataView;
  offset: number;
}

/**
 * Counts the values of a structure (Thrift, compact protocol) before hyparquet takes memory for them.
 *
 * @throws RangeError when a list tells of more items than the bytes behind it can hold
 */
export function valuesOf(view: DataView, offset: number): number {
  return inStruct({ view, offset });
}

function inStruct(reader: Reader): number {
  for (let values = 1; ; ) {
    const byte = reader.view.getUint8(reader.offset++);
    if ((byte & 0x0f) === STOP) return values;
    if (byte >> 4 === 0) readVarInt(reader);
    values += inValue(reader, byte & 0x0f);
  }
}

function inValue(reader: Reader, type: number): number {
  if (type === BYTE) reader.offset++;
  else if (type > BYTE && type <= I64) skipVarInt(reader);
  else if (type === DOUBLE) reader.offset += 8;
  else if (type === BINARY) {
    const length = readVarInt(reader);
    if (length < 0) throw new RangeError("A string has a negative length.");
    reader.offset += length;
  } else if (type === STRUCT) return inStruct(reader);
  else if (type === LIST) {
    const byte = reader.view.getUint8(reader.offset++);
    const size = byte >> 4 === 15 ? readVarInt(reader) : byte >> 4;
    if (size > reader.view.byteLength - reader.offset) throw new RangeError("A list is longer than its bytes.");
    let values = 1;
    for (let item = 0; item < size; item++) values += inValue(reader, (byte & 0x0f) <= FALSE ? BYTE : byte & 0x0f);
    return values;
  }
  return 1;
}

function skipVarInt(reader: Reader): void {
  while (reader.view.getUint8(reader.offset++) & 0x80);
}
