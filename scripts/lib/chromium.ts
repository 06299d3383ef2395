import { type Browser, chromium } from "playwright-core";
import { unpackChromium } from "./unpack_chromium.ts";

/** Without GPU and without Chromium's sandbox, because containers allow neither. The pages are this project's own, so they are trusted. */
const ARGUMENTS = ["--no-sandbox", "--no-zygote", "--disable-gpu", "--font-render-hinting=none"];

/** Starts a real Chromium, unpacked from its npm package. The caller closes it. */
export async function launchChromium(): Promise<Browser> {
  const { executablePath, env } = await unpackChromium();
  return chromium.launch({ executablePath, args: ARGUMENTS, env });
}
