import { expect, test } from "vitest";
import { metricsOf } from "../../reports/model/results.test-fixture.ts";
import { serviceLevelOf } from "./slo.ts";

const metrics = { ...metricsOf(1, 100), expected: 1_000, lost: 2, serverLoopUtilization: 0.85 };

test.each([
  ["lost < 0.1%", ["lostShare was 0.20 %"]],
  ["lost <= 0.2%", []],
  ["lost<0.3%, cpu < 90%", []],
  ["lost = 0, lost < 1%", ["lost was 2"]],
])("%s", (text, unmet) => {
  expect(serviceLevelOf(text)(metrics)).toEqual(unmet);
});

test.each(["loop", "cpu"])("%s in per cent is the server's event loop", (name) => {
  expect(serviceLevelOf(`${name} < 80 %`)(metrics)).toEqual([
    expect.stringContaining("serverLoopUtilization was 85"),
  ]);
});

test("memory that its line does not explain is no answer", () => {
  const noisy = {
    ...metrics,
    memoryPerConnection: { steps: [], rss: { bytesPerConnection: 1, r2: 0.5 } },
  };
  const slo = serviceLevelOf("memoryPerConnection.rss.bytesPerConnection < 64KiB");
  expect(slo(metrics)).toEqual([]);
  expect(slo(noisy)).toEqual([expect.stringContaining("not resolved from the noise")]);
});

test("a quantile may be written with a space", () => {
  const { receiptLatencyUs: _, ...without } = metrics;
  expect(serviceLevelOf("receipt p99 < 5ms")(without)).toEqual(["receiptLatencyUs.p99 was not measured"]);
});

test.each([
  "",
  " , ",
  "lost < 0%",
  "lost > 5",
  "lost >= 0",
  "p99 < 0ms",
  "p99 > 50ms",
  "rss > 50MiB",
  "rate < 50",
  "resumption.delivered < 50",
  "websocket.fan-out.p99 < 5ms",
])("%j is refused", (text) => {
  expect(() => serviceLevelOf(text)).toThrow(expect.objectContaining({ exitCode: 2 }));
});
