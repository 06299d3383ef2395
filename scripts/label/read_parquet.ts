import { asyncBufferFromFile, parquetMetadataAsync, parquetReadObjects, parquetSchema } from "hyparquet";
import { compressors } from "hyparquet-compressors";
import type { Row } from "./row.ts";

/** Rows that are held at once. */
const ROWS_AT_ONCE = 1_000;

/** The rows of a Parquet file. */
export async function* readParquet(path: string): AsyncGenerator<Row> {
  const file = await asyncBufferFromFile(path);
  const metadata = await parquetMetadataAsync(file);
  const columns = parquetSchema(metadata).children.map(({ element }) => element.name);
  const rows = Number(metadata.num_rows);
  for (let rowStart = 0; rowStart < rows; rowStart += ROWS_AT_ONCE) {
    const rowEnd = Math.min(rows, rowStart + ROWS_AT_ONCE);
    const part = await parquetReadObjects({ file, metadata, compressors, rowStart, rowEnd });
    for (const [index, values] of part.entries())
      yield { number: rowStart + index + 1, cells: columns.map((column) => [column, values[column]]) };
  }
}
