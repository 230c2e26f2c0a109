import { expect, test } from "vitest";
import type { Metrics, Results } from "../../harness/result/result.ts";
import { breakdownOf, metricsOf, resultsOf } from "./results.test-fixture.ts";
import { type Sizing, sizingOf } from "./sizing.ts";
import { summarize } from "./summary.ts";

type Line = Omit<Sizing, "arithmetic"> & { readonly arithmetic: string };

const arithmeticText = ({ arithmetic }: Sizing) =>
  arithmetic.map((part) => (typeof part === "string" ? part : part.text)).join("");

function linesOf(results: Results): Record<string, Line> {
  const [scenario] = summarize(results);
  const lines = scenario ? (sizingOf(scenario, results)[0]?.lines ?? []) : [];
  return Object.fromEntries(lines.map((line) => [line.name, { ...line, arithmetic: arithmeticText(line) }]));
}

function withMetrics(change: Partial<Metrics>): Results {
  return resultsOf({
    transports: ["sse"],
    trial: (trial) => ({ ...trial, metrics: { ...metricsOf(1), ...change } }),
  });
}

const steps = metricsOf(1).memoryPerConnection?.steps ?? [];
const slopes = (bytesPerConnection: number, r2: number) => ({
  memoryPerConnection: {
    steps,
    rss: { bytesPerConnection, r2 },
    heapAndExternal: { bytesPerConnection: bytesPerConnection / 2, r2 },
  },
});

test("connections per GiB and memory at 10,000 connections follow from the slope, extrapolated beyond what was measured", () => {
  const lines = linesOf(withMetrics({ ...slopes(16_384, 0.99), serverRssBytes: 100 * 1024 ** 2 }));
  expect(lines["connections per GiB"]?.value).toBe("65,536");
  // 100 MiB with 500 connections + 9,500 x 16 KiB = 248.4 MiB.
  expect(lines["memory at 10,000 connections"]).toMatchObject({ value: "248 MiB", extrapolated: true });
  expect(lines["memory at 10,000 connections"]?.arithmetic).toBe(
    "100 MiB RSS with 500 + 9,500 x 16.0 KiB (slope of RSS)",
  );
});

test("a total of CPU time is of the whole measured time, not of the geometric mean over slices", () => {
  const sliced = { slices: 2, cpuUsPerDelivery: 80 };
  const ofHalves = { serverCpuUserUsPerDelivery: 60, serverCpuSystemUsPerDelivery: 40 };
  const lines = linesOf(withMetrics({ ...ofHalves, serverCpuUsPerDelivery: 100, sliced }));
  expect(lines["CPU-seconds per million deliveries"]).toMatchObject({
    value: "100",
    arithmetic: "(60.0 µs user + 40.0 µs system) of server CPU per delivery x 1,000,000",
  });
});

test("connections of other scenarios that the same process held are not taken for the scenario's own", () => {
  const results = resultsOf({
    transports: ["sse"],
    scenarios: ["notify", "fan-out", "idle"],
    trial: (trial) => ({
      ...trial,
      metrics: {
        ...metricsOf(1),
        ...slopes(16_384, 0.99),
        serverRssBytes: 100 * 1024 ** 2,
        connections: trial.scenario === "notify" ? 500 : 100,
      },
    }),
  });
  const slice = { slices: 2, sliceSeconds: 0.5 };
  const launches = { leadInSeconds: 0.1, heartbeatSeconds: 3_600, silentShare: 0.02 };
  const scenarios = ["notify", "fan-out"].map((name) => ({ name, ...slice }));
  // 100 MiB with 600 connections + 9,400 x 16 KiB; what is measured in one piece has processes of its own.
  expect(
    linesOf({ ...results, launches: { ...launches, scenarios } })["memory at 10,000 connections"],
  ).toEqual({
    name: "memory at 10,000 connections",
    value: "247 MiB",
    arithmetic:
      "100 MiB RSS with 500 and 100 of fan-out in the same process + 9,400 x 16.0 KiB (slope of RSS)",
    extrapolated: true,
  });
  expect(linesOf(results)["memory at 10,000 connections"]?.value).toBe("248 MiB");
});

test("within the measured range nothing is called extrapolated", () => {
  const lines = linesOf(
    withMetrics({ ...slopes(1_024, 0.99), connections: 20_000, serverRssBytes: 100 * 1024 ** 2 }),
  );
  expect(lines["memory at 10,000 connections"]).toMatchObject({ value: "90.2 MiB" });
  expect(lines["memory at 10,000 connections"]).not.toHaveProperty("extrapolated");
});

test("a slope that is lost in the noise, or not above zero, gives no figure but its reason", () => {
  const cases: [Partial<Metrics>, RegExp][] = [
    [slopes(16_384, 0.5), /^unresolved: .*R2 under 0.9/],
    [slopes(-5, 0.99), /^unresolved: the slope is not above zero/],
    [{ memoryPerConnection: { steps: [] } }, /^not measured/],
  ];
  for (const [change, reason] of cases) {
    const lines = linesOf(withMetrics(change));
    for (const name of ["connections per GiB", "memory at 10,000 connections"]) {
      expect(lines[name]).not.toHaveProperty("value");
      expect(lines[name]?.arithmetic).toMatch(reason);
    }
  }
});

test("where only heap and external memory are resolved, that is said", () => {
  const memory = {
    steps,
    rss: { bytesPerConnection: 1, r2: 0.1 },
    heapAndExternal: { bytesPerConnection: 1_024, r2: 0.99 },
  };
  expect(linesOf(withMetrics({ memoryPerConnection: memory }))["connections per GiB"]).toEqual({
    name: "connections per GiB",
    value: "1,048,576",
    arithmetic: "1 GiB / 1.00 KiB a connection (slope of heap and external memory only)",
  });
});

test("CPU-seconds per million deliveries are the microseconds of one; cores for a throughput are extrapolated above the measured one", () => {
  const cpu = (user: number, system: number) => ({
    serverCpuUserUsPerDelivery: user,
    serverCpuSystemUsPerDelivery: system,
  });
  const slow = linesOf(withMetrics({ ...cpu(30, 12.5), deliveriesPerSecond: 500 }));
  expect(slow["CPU-seconds per million deliveries"]?.value).toBe("42.5");
  expect(slow["cores at 100,000 deliveries a second"]).toMatchObject({ value: "4.25", extrapolated: true });
  const fast = linesOf(withMetrics({ ...cpu(3, 2), deliveriesPerSecond: 120_000 }));
  expect(fast["cores at 100,000 deliveries a second"]).not.toHaveProperty("extrapolated");
});

test("a connection's idle day is measured where nothing is published, else derived from heartbeats, else absent with its reason", () => {
  const name = "bytes per connection-day, idle";
  expect(linesOf(withMetrics({ tcpBytesPerConnectionHour: 1_024 }))[name]?.value).toBe("24.0 KiB");
  const both = resultsOf({
    transports: ["sse"],
    scenarios: ["notify", "idle"],
    trial: (trial) => ({
      ...trial,
      metrics: {
        ...metricsOf(1),
        ...(trial.scenario === "idle" ? { tcpBytesPerConnectionHour: 2_048 } : {}),
      },
    }),
  });
  expect(linesOf(both)[name]).toMatchObject({
    value: "48.0 KiB",
    arithmetic: "2.00 KiB an hour measured in idle x 24",
  });
  const bare = withMetrics({});
  expect(linesOf(bare)[name]?.arithmetic).toMatch(/^not measured/);
  const pass = {
    ...breakdownOf("sse", 1),
    idle: {
      state: "measured" as const,
      connections: 4,
      cycleMs: 400,
      cycles: 4,
      heartbeatBytesPerCycle: { in: 1, out: 2 },
      defaultCycleMs: 10_000,
      derived: { idleBytesPerConnectionHour: { in: 360, out: 720 } },
    },
  };
  expect(linesOf({ ...bare, anatomies: [pass] })[name]).toMatchObject({
    value: "25.3 KiB",
    arithmetic: "(360 B in + 720 B out) an hour x 24, derived from recorded heartbeats at their default pace",
  });
});
