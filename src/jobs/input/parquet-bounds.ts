import type { AsyncBuffer, CompressionCodec, FileMetaData, PageHeader } from "hyparquet";
import { parquetHeader } from "hyparquet/src/column.js";
import { decompressPage } from "hyparquet/src/datapage.js";
import { deltaBinaryUnpack } from "hyparquet/src/delta.js";
import { getMaxDefinitionLevel, getMaxRepetitionLevel, getSchemaPath } from "hyparquet/src/schema.js";
import { readVarInt } from "hyparquet/src/thrift.js";
import { MAX_PARQUET_ROWS_BYTES } from "../../job-limits.ts";
import { compressors } from "./parquet-codecs.ts";
import { valuesOf } from "./parquet-structures.ts";
import { InputError } from "./source.ts";

/**
 * hyparquet takes the sizes that a file tells as they are. Here they are checked before it takes memory for them: a page of some bytes may
 * tell that it has a gigabyte, or as many values.
 */

/** What a value takes while a page is read, in bytes: a reference, its place in the dictionary, its level. Byte strings are arrays first. */
const VALUE_BYTES = 16;
const BYTE_STRING_BYTES = 128;

/** What an index of pages takes beside its own bytes. */
const INDEX_FACTOR = 16;

/** A file from which some rows are read. @throws InputError from `slice` when they would take more than MAX_PARQUET_ROWS_BYTES */
export function boundedBuffer(file: AsyncBuffer, metadata: FileMetaData, rows: readonly [number, number]): AsyncBuffer {
  const columns = columnsOf(metadata, rows);
  let total = 0;
  const take = (bytes: number) => {
    total += bytes;
    if (total <= MAX_PARQUET_ROWS_BYTES) return;
    throw new InputError(
      `Rows ${rows[0] + 1} to ${rows[1]} take more than ${MAX_PARQUET_ROWS_BYTES} bytes of memory with their pages. Write the file with smaller pages or row groups.`,
    );
  };
  return {
    byteLength: file.byteLength,
    async slice(start, end = file.byteLength) {
      if (!(start >= 0 && start <= end && end <= file.byteLength)) throw new RangeError("A range is not in the file.");
      take(end - start);
      const isIndex = columns.some(({ indexStart }) => indexStart === start);
      if (isIndex) take(INDEX_FACTOR * (end - start));
      const bytes = await file.slice(start, end);
      const view = new DataView(bytes);
      if (isIndex) valuesOf(view, 0);
      else
        for (const column of columns)
          if (column.start < end && column.end > start)
            for (const page of pagesIn(view, start, end, column)) {
              take(bytesOf(page, column));
              take(expansionOf(page, column));
            }
      return bytes;
    },
  };
}

interface Page {
  header: PageHeader;
  /** Behind the header, as they are stored. */
  bytes: Uint8Array;
}

/** A column of a row group, and which of the group's rows are read. */
interface Column {
  /** Place in the file. */
  start: number;
  end: number;
  indexStart: number;
  isFlat: boolean;
  /** Whether its values are byte strings. */
  isBytes: boolean;
  codec: CompressionCodec;
  /** Kinds of levels that stand before the values of a page: none, or those of nulls, of lists, or both. */
  levels: number;
  from: number;
  to: number;
}

function columnsOf({ row_groups, schema }: FileMetaData, [start, end]: readonly [number, number]): Column[] {
  let groupStart = 0;
  return row_groups.flatMap(({ num_rows, columns }) => {
    const [from, to] = [Math.max(0, start - groupStart), Math.min(end - groupStart, Number(num_rows))];
    groupStart += Number(num_rows);
    if (from >= to) return [];
    return columns.flatMap(({ meta_data, offset_index_offset }) => {
      if (!meta_data) return [];
      const { dictionary_page_offset, data_page_offset, total_compressed_size, path_in_schema, type, codec } =
        meta_data;
      const path = getSchemaPath(schema, path_in_schema);
      const levels = [getMaxRepetitionLevel(path), getMaxDefinitionLevel(path)].filter((level) => level > 0).length;
      const place = Number(dictionary_page_offset || data_page_offset);
      const indexStart = Number(offset_index_offset ?? -1);
      const isFlat = path_in_schema.length === 1;
      const isBytes = /BYTE_ARRAY/.test(type);
      return [
        {
          start: place,
          end: place + Number(total_compressed_size),
          indexStart,
          isFlat,
          isBytes,
          codec,
          levels,
          from,
          to,
        },
      ];
    });
  });
}

/** The pages that hyparquet decodes. It skips those before the rows, if it has all pages of a flat column. */
function* pagesIn(view: DataView, start: number, end: number, column: Column): Generator<Page> {
  const canSkip = column.isFlat && start <= column.start;
  const reader = { view, offset: Math.max(0, column.start - start) };
  const last = Math.min(end, column.end) - start - 1;
  let rows = 0;
  while (reader.offset < last && !(canSkip && rows >= column.to)) {
    valuesOf(view, reader.offset);
    const header = parquetHeader(reader);
    const { compressed_page_size: bytes, uncompressed_page_size, type } = header;
    const values = countOf(header);
    if (!(bytes >= 0 && uncompressed_page_size >= 0 && values >= 0))
      throw new RangeError("A page has a negative size.");
    if (type === "DICTIONARY_PAGE" || !(canSkip && column.from - rows > values))
      yield { header, bytes: new Uint8Array(view.buffer, reader.offset, bytes) };
    reader.offset += bytes;
    if (type !== "DICTIONARY_PAGE") rows += values;
  }
}

const countOf = ({ data_page_header, data_page_header_v2, dictionary_page_header }: PageHeader): number =>
  (data_page_header ?? data_page_header_v2 ?? dictionary_page_header)?.num_values ?? 0;

/** An estimate of what a page takes while it is read. Each byte counts twice: in the page, and in what it becomes. */
function bytesOf({ header }: Page, { isBytes }: Column): number {
  const { data_page_header: data = header.data_page_header_v2, uncompressed_page_size } = header;
  const isIndexed = data && /DICTIONARY/.test(data.encoding);
  return 2 * uncompressed_page_size + countOf(header) * (isBytes && !isIndexed ? BYTE_STRING_BYTES : VALUE_BYTES);
}

/** What the values of a page in DELTA_BYTE_ARRAY take: each begins with a part of the one before, which may be as long as the page. */
function expansionOf({ header, bytes }: Page, { codec, levels }: Column): number {
  const { data_page_header: v1, data_page_header_v2: v2, uncompressed_page_size: size } = header;
  if ((v1 ?? v2)?.encoding !== "DELTA_BYTE_ARRAY") return 0;
  const before = v2 ? v2.definition_levels_byte_length + v2.repetition_levels_byte_length : 0;
  const stored = bytes.subarray(before);
  const page = v2?.is_compressed === false ? stored : decompressPage(stored, size - before, codec, compressors);
  const reader = { view: new DataView(page.buffer, page.byteOffset, page.byteLength), offset: 0 };
  for (let level = 0; v1 && level < levels; level++) reader.offset += 4 + reader.view.getUint32(reader.offset, true);
  let sum = 0;
  for (const _ of ["beginnings", "ends"]) {
    const ahead = { ...reader };
    const [, , count] = [readVarInt(ahead), readVarInt(ahead), readVarInt(ahead)] as const;
    if (!(count >= 0 && count <= countOf(header))) throw new RangeError("A page has more values than it tells.");
    const lengths = new Int32Array(count);
    deltaBinaryUnpack(reader, count, lengths);
    for (const length of lengths) sum += Math.max(0, length);
  }
  return sum;
}
