import { readFile } from "node:fs/promises";
import { RequestFailure } from "../../src/errors.ts";
import { checkSwitches } from "../../src/http/middleware/switches.ts";
import { DEFAULTS } from "../../src/packages/defaults.ts";
import { checkVariables } from "../../src/runtime/settings.ts";
import { Refusal } from "../lib/refusal.ts";

/** Variables that only `serve` has, because on Cloudflare they are settings of the account or of wrangler.toml. */
const OWN_DEFAULTS = {
  RATE_LIMIT_REQUESTS: "300",
  CLIENT_ADDRESS_HEADER: "",
  API_KEY_HASHES: "",
  API_KEY_HASHES_FILE: "",
};

/** A thread runs all layers with all words, and its models are those of --bundle. */
const NOT_HERE = ["MODEL", "LAYERS", "RESIDENT_WORDS"];

export type Variables = typeof DEFAULTS & typeof OWN_DEFAULTS;

/**
 * The service's variables, from the environment or with their defaults.
 *
 * @throws Refusal that names the first wrong one, or if the file of API_KEY_HASHES_FILE can't be read
 */
export async function readVariables(environment: NodeJS.ProcessEnv): Promise<Variables> {
  const variables: Variables = { ...DEFAULTS, ...OWN_DEFAULTS };
  for (const name of Object.keys(variables) as (keyof Variables)[])
    if (!NOT_HERE.includes(name)) variables[name] = environment[name] ?? variables[name];
  if (!/^[1-9]\d{0,8}$/.test(variables.RATE_LIMIT_REQUESTS))
    throw new Refusal("The variable RATE_LIMIT_REQUESTS must be a whole number of requests.");
  if (variables.ENGINE !== "simd" && variables.ENGINE !== "auto")
    throw new Refusal('The variable ENGINE must be "simd" or "auto": the package has no other engine.');
  variables.ENGINE = "simd";
  try {
    checkVariables(variables);
    checkSwitches(variables);
  } catch (error) {
    if (error instanceof RequestFailure && error.failure.kind === "misconfigured")
      throw new Refusal(error.failure.reason);
    throw error;
  }
  const file = variables.API_KEY_HASHES_FILE;
  if (file === "") return variables;
  const API_KEY_HASHES = await readFile(file, "utf8").catch((cause: NodeJS.ErrnoException) => {
    throw new Refusal(`${file}, which API_KEY_HASHES_FILE names, can't be read (${cause.code}).`, { cause });
  });
  return { ...variables, API_KEY_HASHES };
}
