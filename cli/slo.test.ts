import { expect, test } from "vitest";
import { metricsOf } from "../reports/results.test-fixture.ts";
import { serviceLevelOf } from "./slo.ts";

const metrics = { ...metricsOf(1, 100), expected: 1_000, lost: 2, serverLoopUtilization: 0.85 };

test.each([
  ["lost < 0.1%", ["lost was 0.2 %"]],
  ["lost <= 0.2%", []],
  ["lost<0.3%, cpu < 90%", []],
  ["lost = 0, lost < 1%", ["lost was 2"]],
])("%s", (text, unmet) => {
  expect(serviceLevelOf(text)(metrics)).toEqual(unmet);
});

test("cpu in per cent is the server's event loop", () => {
  expect(serviceLevelOf("cpu < 80 %")(metrics)).toEqual([
    expect.stringContaining("serverLoopUtilization was 85"),
  ]);
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
  "websocket.fan-out.p99 < 5ms",
])("%j is refused", (text) => {
  expect(() => serviceLevelOf(text)).toThrow(expect.objectContaining({ exitCode: 2 }));
});
