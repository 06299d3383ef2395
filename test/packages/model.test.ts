import { once } from "node:events";
import { cp, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterEach, beforeEach, expect, inject, test } from "vitest";
import { BUNDLE } from "../integration/service.ts";

const path = join(inject("project"), "node_modules/bertweet-edge/dist/package/model.js");
const { loadModel, BundleError } = (await import(
  pathToFileURL(path).href
)) as typeof import("../../src/packages/model.ts");

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "bertweet-damaged-"));
  await cp(BUNDLE, folder, { recursive: true });
});
afterEach(() => rm(folder, { recursive: true }));

test.each([
  ["words.bin", "damaged"],
  ["encoder.bin", "damaged"],
  ["tokenizer.bin", "damaged"],
  ["manifest.json", "manifest"],
])("a bundle whose %s is another file is refused", async (name, why) => {
  await writeFile(join(folder, name), "something else");
  const refused = loadModel(folder);
  await expect(refused).rejects.toBeInstanceOf(BundleError);
  await expect(refused).rejects.toThrow(why);
});

test("a bundle that lacks a file is refused with its name", async () => {
  await rm(join(folder, "heads.bin"));
  await expect(loadModel(folder)).rejects.toThrow("heads.bin");
  await expect(loadModel(join(folder, "nowhere"))).rejects.toThrow("manifest.json");
});

test("a server that says nothing is not waited for without end", async () => {
  const silent = createServer(() => {}).listen(0, "127.0.0.1");
  await once(silent, "listening");
  const { port } = silent.address() as AddressInfo;
  await expect(loadModel(`http://127.0.0.1:${port}`)).rejects.toThrow("could not be read within 5000 ms");
  silent.closeAllConnections();
  silent.close();
});

test("a text has the same answer alone and among many, and two models don't disturb each other", async () => {
  const [model, other] = await Promise.all([loadModel(folder), loadModel(pathToFileURL(folder))]);
  expect(model.id).toBe("bertweet-mini");
  expect(model.tasks).toContain("ner/wnut17");
  const texts = Array.from({ length: 40 }, (_, index) =>
    `so it goes number ${index} @anna 😍 `.repeat((index % 5) + 1),
  );
  const alone: string[] = [];
  for (const text of texts) alone.push(JSON.stringify(await model.predict("emotion", text)));
  const atOnce = await Promise.all(
    texts.map(async (text, index) => JSON.stringify(await (index % 2 ? model : other).predict("emotion", text))),
  );
  expect(atOnce).toEqual(alone);
  expect((await model.predict("emotion", texts)).map((answer) => JSON.stringify(answer))).toEqual(alone);
});
