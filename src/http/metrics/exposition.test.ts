import { expect, test } from "vitest";
import { MAX_METRIC_SERIES } from "../../limits.ts";
import { counter, gauge, histogram } from "./exposition.ts";

test("a counter has a line for each set of labels, in the order that they came", () => {
  const asked = counter("asked_total", "How often.", ["route", "outcome"]);
  asked.add({ route: "/v1/:task", outcome: "ok" });
  asked.add({ outcome: "ok", route: "/v1/:task" }, 2);
  asked.add({ route: "other", outcome: "not-found" });
  expect(asked.expose()).toBe(
    [
      "# HELP asked_total How often.",
      "# TYPE asked_total counter",
      'asked_total{route="/v1/:task",outcome="ok"} 3',
      'asked_total{route="other",outcome="not-found"} 1',
      "",
    ].join("\n"),
  );
});

test("a metric without labels or samples keeps to the format", () => {
  const asked = counter("asked_total", "How often.", []);
  expect(asked.expose()).toBe("# HELP asked_total How often.\n# TYPE asked_total counter\n");
  asked.add({});
  expect(asked.expose()).toMatch(/\nasked_total 1\n$/);
  expect(gauge("open", "Open now.", () => [{ labels: {}, value: 4 }]).expose()).toMatch(
    /^# HELP open Open now.\n# TYPE open gauge\nopen 4\n$/,
  );
});

test("backslashes, newlines and quotes are escaped", () => {
  const odd = counter("odd_total", "One\\two\nthree.", ["name"]);
  odd.add({ name: 'a"b\\c\nd' });
  expect(odd.expose()).toBe(
    '# HELP odd_total One\\\\two\\nthree.\n# TYPE odd_total counter\nodd_total{name="a\\"b\\\\c\\nd"} 1\n',
  );
});

test("a histogram counts up to each bound, and all", () => {
  const took = histogram("took_seconds", "How long.", ["route"], [0.1, 1]);
  for (const seconds of [0.05, 0.1, 0.5, 7]) took.observe({ route: "a" }, seconds);
  expect(took.expose().split("\n").slice(1)).toEqual([
    "# TYPE took_seconds histogram",
    'took_seconds_bucket{route="a",le="0.1"} 2',
    'took_seconds_bucket{route="a",le="1"} 3',
    'took_seconds_bucket{route="a",le="+Inf"} 4',
    'took_seconds_sum{route="a"} 7.65',
    'took_seconds_count{route="a"} 4',
    "",
  ]);
});

test("label sets beyond the limit are counted together", () => {
  const many = counter("many_total", "Many.", ["name"]);
  for (let n = 0; n < MAX_METRIC_SERIES + 50; n++) many.add({ name: `n${n}` });
  many.add({ name: "n0" });
  const lines = many.expose().trim().split("\n").slice(2);
  expect(lines).toHaveLength(MAX_METRIC_SERIES + 1);
  expect(lines).toContain('many_total{name="n0"} 2');
  expect(lines).toContain('many_total{name="other"} 50');
});
