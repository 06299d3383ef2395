import { RequestFailure } from "../../errors.ts";

/**
 * Whether a variable that is "on" or "off" is on.
 *
 * @throws RequestFailure `misconfigured` when it is anything else: a misspelt switch must not leave open what it was meant to close
 */
export function isOn(env: Env, name: "AUTH" | "RATE_LIMIT"): boolean {
  const value = env[name];
  if (value === "on" || value === "off") return value === "on";
  throw new RequestFailure({ kind: "misconfigured", reason: `The variable ${name} is neither "on" nor "off".` });
}
