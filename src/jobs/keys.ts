/** Keys of the bucket for outputs. What is known about the jobs stands below `jobs/`, and each job's answers in its own folder. */

/** No output may begin so. */
export const RESERVED = "jobs/";

const DIGITS = 6;

/** A number that sorts as its digits do. */
const padded = (count: number) => String(count).padStart(DIGITS, "0");

/** Key of a job in the list of all, which R2 gives newest first. */
export function listKey(submittedAt: string, id: string): string {
  const LATEST = 9_999_999_999_999;
  return `${LIST}${LATEST - Date.parse(submittedAt)}-${id}`;
}

/** Beginning of the keys of the list. */
export const LIST = `${RESERVED}list/`;

/** Keys of what is known about a job. */
export function keysOf(id: string) {
  const folder = `${RESERVED}by-id/${id}/`;
  const run = (number: number) => `${folder}runs/${padded(number)}`;
  return {
    spec: `${folder}spec.json`,
    /** Written when the input is indexed: how many chunks it has. */
    index: `${folder}index.json`,
    indexPage: (page: number) => `${folder}index/${padded(page)}.json`,
    runs: `${folder}runs/`,
    /** A run has begun. */
    begun: (number: number) => `${run(number)}.begun`,
    /** Why it is to stop. */
    stop: (number: number) => `${run(number)}.stop`,
    /** How it has ended. */
    ended: (number: number) => `${run(number)}.ended`,
    /** Chunks that a run has given up. */
    deadOf: (number: number) => `${folder}dead/${padded(number)}/`,
    dead: (number: number, chunk: number) => `${folder}dead/${padded(number)}/${padded(chunk)}`,
    /** Pieces of a compressed input, and parts of chunks: needed until the job has finished. */
    scratch: `${folder}scratch/`,
    piece: (chunk: number) => `${folder}scratch/pieces/${padded(chunk)}`,
    partsOf: (chunk: number) => `${folder}scratch/parts/${padded(chunk)}/`,
    part: (chunk: number, part: number) => `${folder}scratch/parts/${padded(chunk)}/${padded(part)}`,
  };
}

/** Keys of a job's answers. @param folder of the job */
export function answerKeysOf(folder: string) {
  return {
    chunks: `${folder}chunks/`,
    chunk: (index: number) => `${folder}chunks/${padded(index)}.ndjson`,
    manifest: `${folder}manifest.json`,
  };
}

/** The number at the end of a key, before its ending. */
export function numberOf(key: string): number {
  return Number(/(\d+)[^/]*$/.exec(key)?.[1]);
}
