import { expect, test } from "vitest";
import { CliFailure } from "../process/failure.ts";
import { parseFailOn, parseSlo, parseThresholds } from "./expressions.ts";

const NAMES = { transports: ["websocket", "mqtt:qos1", "sse#2"], scenarios: ["notify", "fan-out"] };
const P99 = "deliveryLatencyUs.p99";

test.each([
  ["websocket.notify.deliveryLatencyUs.p99 < 20ms", "websocket", "notify", P99, "<", 20_000],
  ["*.fan-out.serverCpuUsPerDelivery<=1.5 us", "*", "fan-out", "serverCpuUsPerDelivery", "<=", 1.5],
  ["mqtt:qos1.*.serverRssBytes < 100MiB", "mqtt:qos1", "*", "serverRssBytes", "<", 100 * 1024 ** 2],
  ["sse#2.notify.tcpBytesPerDelivery >= 2 KiB", "sse#2", "notify", "tcpBytesPerDelivery", ">=", 2_048],
  ["*.*.lost == 0", "*", "*", "lost", "==", 0],
  ["*.*.lost = 0", "*", "*", "lost", "==", 0],
  ["*.*.serverLoopUtilization < 80%", "*", "*", "serverLoopUtilization", "<", 0.8],
  ["*.*.connectSeconds < 2s", "*", "*", "connectSeconds", "<", 2],
  ["p99 < 1s", "*", "*", P99, "<", 1e6],
  ["websocket.notify.receipt.p50 > 1ms", "websocket", "notify", "receiptLatencyUs.p50", ">", 1_000],
])("%s", (text, transport, scenario, path, operator, limit) => {
  expect(parseThresholds([text], NAMES)).toEqual([
    { subject: { transport, scenario, path }, operator, limit },
  ]);
});

test("several come one by one or with commas", () => {
  expect(parseThresholds(["p50 < 1ms, lost == 0", "cpu < 90us"], NAMES)).toHaveLength(3);
  expect(parseFailOn(["p99 > 10%,cpu > 5 %"], NAMES)).toEqual([
    { subject: { transport: "*", scenario: "*", path: P99 }, limit: 0.1 },
    { subject: { transport: "*", scenario: "*", path: "serverCpuUsPerDelivery" }, limit: 0.05 },
  ]);
});

test.each([
  [
    "webscket.notify.deliveryLatencyUs.p99 < 20ms",
    /no transport "webscket" in this run; did you mean websocket\?/,
  ],
  ["websocket.notfy.deliveryLatencyUs.p99 < 20ms", /no scenario "notfy" in this run; did you mean notify\?/],
  [
    "websocket.notify.deliveryLatencyUs.p98 < 20ms",
    /no metric "deliveryLatencyUs\.p98"; did you mean deliveryLatencyUs\.p9[09]\?/,
  ],
  ["websocket.notify.histogram < 20ms", /no metric "histogram"/],
  [
    "deliveryLatencyUs.p99.x < 20ms",
    /no metric "deliveryLatencyUs\.p99\.x"; did you mean deliveryLatencyUs\.p99/,
  ],
  ["lst == 0", /no metric "lst"; did you mean lost\?/],
  ["p99 < 20", /deliveryLatencyUs\.p99 takes us, ms, s, not "20"/],
  ["p99 < 20KiB", /takes us, ms, s, not "KiB"/],
  ["rss < 20ms", /serverRssBytes takes B, KiB, MiB, not "ms"/],
  ["lost < 3%", /lost takes no unit, not "%"/],
  ["p99 < constructor", /--threshold takes a figure, .* as "websocket\.notify/],
  ["p99 < 1constructor", /takes us, ms, s, not "constructor"/],
  ["p99 << 20ms", /--threshold takes a figure/],
  ["p99 === 20ms", /--threshold takes a figure/],
  ["", /--threshold takes a figure/],
])("%j can't be: one line that says what can", (text, message) => {
  expect(() => parseThresholds([text], NAMES)).toThrow(message);
  try {
    parseThresholds([text], NAMES);
  } catch (error) {
    expect(error).toBeInstanceOf(CliFailure);
    expect(error).toMatchObject({ exitCode: 2, message: expect.not.stringContaining("\n") });
  }
});

test.each([
  ["connections", /the plan says how much it is/],
  ["sendLagUs.p99", /the load generator's own/],
  ["host.steal", /the machine's doing/],
  ["resumption.replayed", /a better recovery or a longer outage/],
  ["processes.*.cpuUserUs", /it describes one process/],
])("%s has no direction, so every rule refuses it in one line", (name, why) => {
  const rules = [
    () => parseThresholds([`${name} < 1`], NAMES),
    () => parseThresholds([`websocket.notify.${name} < 1`], NAMES),
    () => parseFailOn([`${name} > 1%`], NAMES),
    () => parseSlo(`${name} < 1`),
  ];
  for (const rule of rules) {
    expect(rule).toThrow(`${name} has no better direction: `);
    expect(rule).toThrow(why);
    expect(rule).toThrow(expect.objectContaining({ exitCode: 2 }));
  }
});

test.each(["p99 < 10%", "p99 > 10", "p99", "p99 > -1%", "> 10%", ""])(
  "--fail-on %j can't be, and the form that can is named",
  (text) => {
    expect(() => parseFailOn([text], NAMES)).toThrow(/as "p99 > 10%"/);
  },
);
