import { Refusal } from "./refusal.ts";

/** How long a bucket may take to answer a call, or to send the next part of an object. */
export const ANSWER_LIMIT_SECONDS = 60;

/** How long the transfer of a whole file, or of one part of it, may take. Enough for 64 MB at 1 Mbit/s. */
export const TRANSFER_LIMIT_SECONDS = 600;

/**
 * Waits for the bucket's answer until a deadline.
 *
 * @param call what was asked, for the message
 * @throws Refusal if the call fails or takes too long
 */
export async function inTime<T>(call: string, limitSeconds: number, answer: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${limitSeconds} s`)), limitSeconds * 1000);
  });
  try {
    return await Promise.race([answer, late]);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Refusal(`The bucket failed at "${call}": ${reason}`, { cause: error });
  } finally {
    clearTimeout(timer);
  }
}
