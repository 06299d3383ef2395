import { RequestFailure } from "../../errors.ts";

const SWITCHES = ["AUTH", "RATE_LIMIT", "METRICS_ENDPOINT"] as const;

type Switch = (typeof SWITCHES)[number];

/**
 * Whether a variable that is "on" or "off" is on.
 *
 * @throws RequestFailure `misconfigured` for any other value: a misspelt variable must not leave access open
 */
export function isOn(env: Readonly<Partial<Record<Switch, string>>>, name: Switch): boolean {
  const value = env[name];
  if (value === "on" || value === "off") return value === "on";
  throw new RequestFailure({ kind: "misconfigured", reason: `The variable ${name} is neither "on" nor "off".` });
}

/** Checks all switches before a deployment. @throws RequestFailure `misconfigured` that names the first wrong one */
export function checkSwitches(env: Readonly<Record<Switch, string>>): void {
  for (const name of SWITCHES) isOn(env, name);
}
