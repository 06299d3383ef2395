import { gzipSync } from "node:zlib";
import { parquetWriteBuffer } from "hyparquet-writer";
import { beforeAll, expect, test } from "vitest";
import { IS_ALL, limitMsOf, startJobs } from "./service.ts";

const ROWS = IS_ALL ? 20_000 : 400;
const LIMIT_MS = limitMsOf(ROWS);

/** Few rows are in small chunks, many in chunks of the usual size. */
const { jobs, stream } = startJobs(IS_ALL ? {} : { main: "test/jobs/faulty_worker.ts" });

const OPENINGS = ["so happy for", "not again", "@anna in Berlin, says", "“quoted”, with commas,", "great 😍 #monday"];
const TEXTS = Array.from({ length: ROWS }, (_, index) => `${OPENINGS[index % OPENINGS.length]} number ${index}`);
const QUOTED = TEXTS.map((text, index) => (index % 7 === 0 ? `${text}\nand "more"` : text));
const ids = TEXTS.map((_, index) => index);

const json = (texts: readonly string[]) => texts.map((text, id) => JSON.stringify({ id, text }));
const quote = (cell: string) => `"${cell.replaceAll('"', '""')}"`;
const table = (separator: string, texts: readonly string[], cell = (text: string) => text) =>
  ["id\ttext".replace("\t", separator), ...texts.map((text, id) => `${id}${separator}${cell(text)}`)].join("\n");

interface Input {
  content: string | Uint8Array;
  texts: readonly string[];
  /** The lines of output up to the answer. */
  fields: string[];
}

const strings = (texts: readonly string[]) => texts.map((text, id) => JSON.stringify({ id: String(id), text }));
const PARQUET = parquetWriteBuffer({
  columnData: [
    { name: "id", data: ids, type: "INT32" },
    { name: "text", data: QUOTED, type: "STRING" },
  ],
  rowGroupSize: Math.ceil(ROWS / 3),
});

const PLAIN: Record<string, Input> = {
  ndjson: { content: json(QUOTED).join("\n"), texts: QUOTED, fields: json(QUOTED) },
  csv: { content: table(",", QUOTED, quote), texts: QUOTED, fields: strings(QUOTED) },
  tsv: { content: table("\t", TEXTS), texts: TEXTS, fields: strings(TEXTS) },
  txt: { content: TEXTS.join("\n"), texts: TEXTS, fields: TEXTS.map((text) => JSON.stringify({ text })) },
};
const INPUTS: Record<string, Input> = {
  ...PLAIN,
  ...Object.fromEntries(
    Object.entries(PLAIN).map(([name, input]) => [`${name}.gz`, { ...input, content: gzipSync(input.content) }]),
  ),
  parquet: { content: new Uint8Array(PARQUET), texts: QUOTED, fields: json(QUOTED) },
};

const answers = new Map<readonly string[], string[]>();

beforeAll(async () => {
  for (const texts of [TEXTS, QUOTED]) answers.set(texts, await stream(texts, "tasks=sentiment,ner"));
}, LIMIT_MS);

test.each(Object.keys(INPUTS))(
  "a job of %s has a line for each row, with its fields and the API's answer",
  async (name) => {
    const { content, texts, fields } = INPUTS[name] as Input;
    await jobs.put(`rows.${name}`, content);
    const order = { input: `r2://tweets/rows.${name}`, output: "r2://labels/", tasks: ["sentiment", "ner"] };
    const ended = await jobs.ended((await jobs.submit(order)).id);
    expect(ended).toMatchObject({ state: "finished", lines: { answered: ROWS, failed: 0 } });
    const { lines, chunks } = await jobs.output(ended);
    if (!IS_ALL) expect(chunks.length).toBeGreaterThan(2);
    const wanted = fields.map((row, index) => `${row.slice(0, -1)},"answer":${answers.get(texts)?.[index]}}`);
    expect(lines).toEqual(wanted);
  },
  LIMIT_MS,
);
