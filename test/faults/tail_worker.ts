/** A span or attributes of one, as a tail Worker sees them. */
export type SeenSpan = { span: string; name: string } | { span: string; attributes: Record<string, unknown> };

/** Logs the spans of the Worker that it is the tail of, each as a line of JSON. */
export default {
  tailStream: () => (seen) => {
    const { event } = seen;
    if (event.type === "spanOpen") tell({ span: event.spanId, name: event.name });
    if (event.type === "attributes")
      tell({
        span: seen.spanContext?.spanId ?? "",
        attributes: Object.fromEntries(event.info.map(({ name, value }) => [name, plain(value)])),
      });
  },
} satisfies ExportedHandler;

/** JSON has no bigint, and an exception here would end the tail. */
function plain(value: unknown): unknown {
  return typeof value === "bigint" ? Number(value) : value;
}

function tell(seen: SeenSpan): void {
  console.log(JSON.stringify(seen));
}
