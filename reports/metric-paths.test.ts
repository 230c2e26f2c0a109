import { expect, test } from "vitest";
import { METRIC_NAMES, METRIC_PATHS, metricAt, pathNamed } from "./metric-paths.ts";
import { METRICS } from "./metrics/catalogue.ts";
import { metricsOf } from "./results.test-fixture.ts";

test("the paths are the numbers of the results schema, and only those", () => {
  for (const path of ["lost", "deliveryLatencyUs.p99", "receiptLatencyUs.max", "tcpBytesPerDelivery"])
    expect(METRIC_PATHS).toContain(path);
  for (const path of ["deliveryLatencyUs", "deliveryLatencyUs.histogram", "publishFailures", "processes"])
    expect(METRIC_PATHS).not.toContain(path);
});

test("every path reads what the trial has there", () => {
  const metrics = metricsOf(2);
  expect(metricAt("deliveryLatencyUs.p50").read(metrics)).toBe(2_000);
  expect(metricAt("lost").read(metrics)).toBe(0);
  const { receiptLatencyUs: _none, ...without } = metrics;
  expect(metricAt("receiptLatencyUs.p50").read(without)).toBeUndefined();
});

test("seconds read as microseconds, so that one set of units does", () => {
  const metrics = metricsOf(1);
  expect(metricAt("connectSeconds").read(metrics)).toBe(metrics.connectSeconds * 1e6);
});

test.each([
  ["deliveryLatencyUs.p99", "micros"],
  ["deliveryLatencyUs.publishes", "count"],
  ["serverCpuUsPerDelivery", "micros"],
  ["connectSeconds", "micros"],
  ["serverRssBytes", "bytes"],
  ["tcpBytesInPerDelivery", "bytes"],
  ["deliveriesPerSecond", "perSecond"],
  ["serverLoopUtilization", "share"],
  ["lost", "count"],
])("the unit of %s is %s, by its name", (path, unit) => {
  expect(metricAt(path).unit).toBe(unit);
});

test("a path follows the rules of the metric that reports show", () => {
  const metrics = metricsOf(1, 500);
  const pairs = [
    ["deliveryLatencyUs.p99", METRICS.deliveryP99],
    ["sendLagUs.p99", METRICS.sendLagP99],
    ["lost", METRICS.lost],
    ["serverRssBytes", METRICS.rss],
    ["deliveriesPerSecond", METRICS.deliveriesPerSecond],
  ] as const;
  for (const [path, shown] of pairs) {
    const metric = metricAt(path);
    expect(metric.read(metrics)).toBe(shown.read(metrics));
    expect([metric.unit, metric.total, metric.latency]).toEqual([shown.unit, shown.total, shown.latency]);
    expect(metric.quantile?.needs).toBe(shown.quantile?.needs);
    expect(metric.quantile?.had(metrics)).toBe(shown.quantile?.had(metrics));
    if (shown.better) expect(metric.better).toBe(shown.better);
  }
});

test.each([
  ["p50", "deliveryLatencyUs.p50"],
  ["p999", "deliveryLatencyUs.p999"],
  ["receipt.p50", "receiptLatencyUs.p50"],
  ["ack.p99", "publishLatencyUs.p99"],
  ["cpu", "serverCpuUsPerDelivery"],
  ["bytes", "tcpBytesPerDelivery"],
  ["rss", "serverRssBytes"],
  ["lost", "lost"],
  ["p42", undefined],
  ["receipt", undefined],
  ["receipt.p42", undefined],
  ["constructor", undefined],
  ["", undefined],
])("%s stands for %s", (name, path) => {
  expect(pathNamed(name)).toBe(path);
});

test("every name stands for a path", () => {
  for (const name of METRIC_NAMES) expect(METRIC_PATHS).toContain(pathNamed(name));
});
