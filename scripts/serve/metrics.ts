/**
 * Joins the metrics of several threads, in Prometheus' text format. Each sample gets the label `thread`. They are not added up, because the
 * counters of a thread that is replaced start at zero, which Prometheus understands for one thread alone.
 *
 * @param texts by the name of the thread
 */
export function joinMetrics(texts: ReadonlyMap<string, string>): string {
  /** By the lines that begin a metric, its samples of all threads: the format wants them together. */
  const metrics = new Map<string, string[]>();
  for (const [thread, text] of texts)
    for (const block of text.split(/^(?=# HELP )/m)) {
      const [help, type, ...lines] = block.trimEnd().split("\n");
      const head = `${help}\n${type}`;
      const samples = metrics.get(head) ?? [];
      samples.push(...lines.map((line) => labelled(line, thread)));
      metrics.set(head, samples);
    }
  return [...metrics].map(([head, samples]) => `${[head, ...samples].join("\n")}\n`).join("");
}

function labelled(sample: string, thread: string): string {
  const label = `thread="${thread}"`;
  const [, name, rest] = /^(\w+)(.*)$/s.exec(sample) as unknown as [string, string, string];
  return rest.startsWith("{") ? `${name}{${label},${rest.slice(1)}` : `${name}{${label}}${rest}`;
}
