import { tracing } from "cloudflare:workers";

type Attributes = Record<string, string | number>;

/** A span that is not over. Its attributes must hold nothing that a user wrote. */
export interface OpenSpan {
  setAttributes(attributes: Attributes): void;
}

/**
 * Runs `work` as a span of the request's trace if wrangler.toml turns traces on; otherwise only runs it. Spans that begin
 * during `work`, such as those of the bucket and the cache, are its children.
 */
export function inSpan<T>(name: string, attributes: Attributes, work: (span: OpenSpan) => Promise<T>): Promise<T> {
  return tracing.enterSpan(name, (span) => {
    span.setAttributes(attributes);
    return work(span);
  });
}
