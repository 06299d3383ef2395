import { blobKey } from "../../src/bundle/keys.ts";
import { fileOf } from "../../src/bundle/manifest.ts";
import { readBundleFolder } from "../bundle_folder.ts";
import { DRAIN_PATH } from "./far_bucket.ts";
import { openPlace } from "./place.ts";
import { BUNDLE, classifyPath, type Service } from "./service.ts";
import { clock } from "./turns.ts";

const [TEXT, LABEL] = ["the launch was so beautiful", "positive"];

/** Else the second isolate would find the answer itself. */
const NO_STORE = { headers: { "Cache-Control": "no-store" } };

/** Milliseconds of an isolate's first answer. @throws Error when the answer is wrong */
export async function askFirst(service: Service): Promise<number> {
  const { ms, body } = await service.ask(classifyPath(TEXT), NO_STORE);
  if (JSON.parse(body).label !== LABEL) throw new Error(`The first answer is wrong: ${body}`);
  return ms;
}

/** A data centre whose bucket is far away. */
export interface Afar {
  /** Milliseconds of the encoder's weights alone, which a fresh process reads from the bucket. */
  transfer(engine: string): Promise<number>;
  /** Milliseconds of the first answer of a fresh process. @param after what the process may still do before it ends */
  firstAnswer(engine: string, after?: () => Promise<unknown>): Promise<number>;
  /** Empties the data centre's cache. */
  emptyCache(): Promise<void>;
  close(): Promise<void>;
}

export async function openAfar(): Promise<Afar> {
  const { manifest } = await readBundleFolder(BUNDLE);
  const weights = manifest.encoder.map(({ weights }) => blobKey(fileOf(manifest, weights).sha256));
  const place = await openPlace("scripts/bench/far_worker.ts");
  return {
    async transfer(engine) {
      const service = await place.start(engine);
      await service.ask("/healthz");
      const ms = await clock(() => Promise.all(weights.map((key) => service.ask(`${DRAIN_PATH}${key}`))));
      await service.close();
      return ms;
    },
    async firstAnswer(engine, after) {
      const service = await place.start(engine);
      const ms = await askFirst(service);
      await after?.();
      await service.close();
      return ms;
    },
    emptyCache: place.emptyCache,
    close: place.close,
  };
}
