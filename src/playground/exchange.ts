/** The time of one request to the service, and whether a cache answered it. */
export interface Exchange {
  route: string;
  /** Milliseconds from the request to the last byte of the answer. */
  roundTrip: number;
  /** The steps that the service timed; empty if the header is missing. */
  steps: Step[];
  cache: string;
  /** The `Link` header: what else the service has. */
  links: string;
}

interface Step {
  name: string;
  /** Milliseconds. On Cloudflare the service's clock stands still while it computes. */
  duration: number;
}

/** The metrics of a `Server-Timing` header (W3C Server Timing) that have a duration. */
export function readServerTiming(header: string | null): Step[] {
  const steps: Step[] = [];
  for (const [, name, parameters] of (header ?? "").matchAll(
    /([^\s;,="]+)((?:\s*;\s*[^\s;,=]+=(?:"[^"]*"|[^;,]*))*)/g,
  )) {
    const duration = /;\s*dur=([0-9.]+)/.exec(parameters ?? "")?.[1];
    if (name && duration !== undefined) steps.push({ name, duration: Number(duration) });
  }
  return steps;
}

/** Puts a `Cache-Status` header (RFC 9211) into words: what the cache nearest to the page did. */
export function readCacheStatus(header: string | null): string {
  const nearest = (header ?? "").split(",").at(-1)?.split(";").slice(1) ?? [];
  const parameters = nearest.map((parameter) => parameter.trim());
  if (parameters.includes("hit")) return "hit";
  const reason = parameters.find((parameter) => parameter.startsWith("fwd="))?.slice("fwd=".length);
  if (reason === undefined) return "none";
  const missed = reason.endsWith("miss") ? "miss" : reason;
  return parameters.includes("stored") ? `${missed}, now stored` : missed;
}
