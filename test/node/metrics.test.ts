import { expect, test } from "vitest";
import { joinMetrics } from "../../scripts/serve/metrics.ts";
import { startService } from "../integration/service.ts";

const { get } = startService({ seeded: true, vars: { METRICS_ENDPOINT: "on" } });

test("each sample has its thread, and the samples of a metric stand together", () => {
  const text = (value: number) =>
    `# HELP a An a.\n# TYPE a counter\na{b="c"} ${value}\n# HELP d A d.\n# TYPE d gauge\nd 0\n`;
  const joined = joinMetrics(
    new Map([
      ["0", text(1)],
      ["1", text(2)],
    ]),
  );
  expect(joined).toBe(
    `# HELP a An a.\n# TYPE a counter\na{thread="0",b="c"} 1\na{thread="1",b="c"} 2
# HELP d A d.\n# TYPE d gauge\nd{thread="0"} 0\nd{thread="1"} 0\n`,
  );
});

test("/metrics counts the requests of all threads", async () => {
  const texts = Array.from({ length: 24 }, (_, index) => `/v1/irony?text=great+number+${index}`);
  for (const { status } of await Promise.all(texts.map((path) => get(path)))) expect(status).toBe(200);
  const response = await get("/metrics");
  expect(response.headers.get("Content-Type")).toBe("text/plain; version=0.0.4; charset=utf-8");
  const lines = (await response.text()).split("\n");
  const counted = lines.flatMap((line) => {
    const [, thread, count] =
      /^bertweet_requests_total\{thread="(\d)",route="\/v1\/:task",.*\} (\d+)$/.exec(line) ?? [];
    return thread ? [[thread, Number(count)] as const] : [];
  });
  expect(new Set(counted.map(([thread]) => thread))).toEqual(new Set(["0", "1"]));
  expect(counted.reduce((sum, [, count]) => sum + count, 0)).toBe(texts.length);
  expect(lines.filter((line) => line.startsWith("# TYPE bertweet_requests_total"))).toHaveLength(1);
});
