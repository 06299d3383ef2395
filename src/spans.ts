import { tracing } from "cloudflare:workers";

type Attributes = Record<string, string | number>;

/** What a span is told of itself. Attributes must hold nothing that a user wrote. */
export interface OpenSpan {
  setAttributes(attributes: Attributes): void;
}

/**
 * Runs `work` as a span of the request's trace, where wrangler.toml has traces on; else it only runs it. Spans that begin
 * meanwhile, those of the bucket and the cache among them, are its children.
 */
export function inSpan<T>(name: string, attributes: Attributes, work: (span: OpenSpan) => Promise<T>): Promise<T> {
  return tracing.enterSpan(name, (span) => {
    span.setAttributes(attributes);
    return work(span);
  });
}
