import { describe, expect, test } from "vitest";
import { metricsOf } from "../model/results.test-fixture.ts";
import { JUDGED_NAMES, metricAt, metricNamed, NUMBERS, READABLE_NAMES, ruleNameOf } from "./names.ts";

test.each([
  ["p50", "deliveryLatencyUs.p50"],
  ["p999", "deliveryLatencyUs.p999"],
  ["receipt.p50", "receiptLatencyUs.p50"],
  ["receipt.max", "receiptLatencyUs.max"],
  ["ack.p99", "publishLatencyUs.p99"],
  ["ready.p90", "readyLatencyUs.p90"],
  ["cpu", "serverCpuUsPerDelivery"],
  ["loop%", "serverLoopUtilization"],
  ["cpu%", "serverLoopUtilization"],
  ["bytes", "tcpBytesPerDelivery"],
  ["rss", "serverRssBytes"],
  ["throughput", "deliveriesPerSecond"],
  ["rate", "deliveriesPerSecond"],
  ["lost", "lost"],
  ["connections", "connections"],
  ["outage", "outage"],
  ["p42", undefined],
  ["max", undefined],
  ["receipt", undefined],
  ["receipt.p42", undefined],
  ["publishesPerSecond", undefined],
  ["constructor", undefined],
  ["", undefined],
])("%s stands for %s", (typed, name) => {
  expect(metricNamed(typed)).toBe(name);
});

test("a name that is also a flag's is read, and not offered", () => {
  expect([...JUDGED_NAMES, ...READABLE_NAMES]).not.toContain("rate");
});

test("every name stands for one metric", () => {
  for (const name of [...JUDGED_NAMES, ...READABLE_NAMES])
    expect(ruleNameOf(metricAt(metricNamed(name) ?? ""))).toBe(metricNamed(name));
  expect(new Set(READABLE_NAMES).size).toBe(READABLE_NAMES.length);
  const paths = NUMBERS.map(({ path }) => path);
  expect(new Set(paths).size).toBe(paths.length);
});

test.each([
  ["resumption.delivered", "higher"],
  ["resumption.undeclaredLost", "lower"],
  ["deliveriesPerSecond", "higher"],
  ["deliveryLatencyUs.max", "lower"],
  ["memoryPerConnection.rss.bytesPerConnection", "lower"],
  ["sendLagUs.p99", "none"],
  ["host.steal", "none"],
  ["connections", "none"],
])("%s is better %s", (name, better) => {
  expect(metricAt(name).better).toBe(better);
});

describe("a metric reads what the trial has", () => {
  const metrics = metricsOf(2);

  test("at its path", () => {
    expect(metricAt("deliveryLatencyUs.p50").read(metrics)).toBe(2_000);
    expect(metricAt("lost").read(metrics)).toBe(0);
    expect(metricAt("connectSeconds").read(metrics)).toBe(metrics.connectSeconds);
    const { receiptLatencyUs: _none, ...without } = metrics;
    expect(metricAt("receiptLatencyUs.p50").read(without)).toBeUndefined();
  });

  test("as the share of what was expected, also where nothing was", () => {
    expect(metricAt("lostShare").read({ ...metrics, expected: 1_000, lost: 2 })).toBe(0.002);
    expect(metricAt("lostShare").read({ ...metrics, expected: 0 })).toBe(0);
  });

  test("and of a slope only what its line explains", () => {
    const slope = metricAt("memoryPerConnection.rss.bytesPerConnection");
    const noisy = {
      ...metrics,
      memoryPerConnection: { steps: [], rss: { bytesPerConnection: 20_000, r2: 0.89 } },
    };
    expect(slope.read(metrics)).toBe(40_000);
    expect([slope.read(noisy), slope.unresolved(noisy)]).toEqual([undefined, true]);
    const without = { ...metrics, memoryPerConnection: { steps: [] } };
    expect([slope.read(without), slope.unresolved(without)]).toEqual([undefined, false]);
  });
});
