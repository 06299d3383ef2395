/**
 * Whether a variable that is "on" or "off" is on.
 *
 * @throws Error when it is anything else: a misspelt switch must not leave open what it was meant to close
 */
export function isOn(env: Env, name: "AUTH" | "RATE_LIMIT"): boolean {
  const value = env[name];
  if (value !== "on" && value !== "off") throw new Error(`The variable ${name} is neither "on" nor "off".`);
  return value === "on";
}
