import { describe, expect, test } from "vitest";
import { metricsOf, resultsOf, SIX_TRANSPORTS, unwell } from "../model/results.test-fixture.ts";
import { renderTerminal } from "./terminal.ts";

const PLAIN = { color: false, unicode: true, width: 80 };

test("a table a scenario, then what to do", () => {
  const results = resultsOf({
    transports: ["sse", "grpc"],
    blocks: 2,
    trial: (trial) => (trial.transport === "grpc" ? unwell(trial, "failed", "no server") : trial),
  });
  const text = renderTerminal(results, PLAIN);
  expect(text).toMatch(/^transport +p50 \(range\) +rank +p99 +CPU +RSS +TCP$/m);
  expect(text).toMatch(/^sse +1\.\d+ ms \(1\.00–1\.\d+\) +– +3\.\d+ ms/m);
  expect(text).toMatch(/^grpc +failed +– +–/m);
  expect(text).toContain("! grpc failed in notify, blocks 1 and 2: no server; run it alone with --debug.");
});

test("the last lines are the answer, with its evidence", () => {
  const factor = (block: number) => 1 + (block % 3) / 50;
  const results = resultsOf({
    transports: ["sse", "grpc"],
    blocks: 10,
    trial: (trial) => ({
      ...trial,
      metrics: metricsOf((trial.transport === "sse" ? 1 : 2) * factor(trial.block)),
    }),
  });
  const lines = renderTerminal(results, { ...PLAIN, width: 400 })
    .trimEnd()
    .split("\n");
  expect(lines.at(-1)).toMatch(
    /^notify: sse delivers soonest, with a median of 1\.\d+ ms .*; grpc is 2\.00x \(.*\) slower than sse; /,
  );
});

test.each([["notify"], ["notify", "fan-out", "chat"]])(
  "a transport whose warm-up ended too soon is cold in its cell (%j)",
  (...scenarios) => {
    const results = resultsOf({
      transports: ["sse", "grpc"],
      scenarios,
      blocks: 4,
      trial: (trial) =>
        trial.transport === "sse" ? { ...trial, notes: ["cold: after 900 publishes of warm-up"] } : trial,
    });
    const cold = renderTerminal(results, PLAIN)
      .split("\n")
      .filter((line) => / cold( |$)/.test(line));
    expect(cold.length).toBe(scenarios.length);
  },
);

test.each([80, 60, 40])("no line is longer than %i columns", (width) => {
  const transports = [...SIX_TRANSPORTS, "websocket:deflate", "socketio:a-long-variant"];
  const text = renderTerminal(resultsOf({ transports, blocks: 3, publishes: 300 }), { ...PLAIN, width });
  const longest = Math.max(...text.split("\n").map((line) => line.length));
  expect(longest).toBeLessThanOrEqual(width);
  expect(longest).toBeGreaterThan(width / 2);
});

test.each([80, 60])("a figure is whole or, with its column, not there, in %i columns", (width) => {
  const results = resultsOf({
    transports: ["sse", "grpc"],
    trial: (trial) => ({
      ...trial,
      metrics: { ...metricsOf(1), serverRssBytes: trial.transport === "sse" ? 110_520_000 : 103_500_000 },
    }),
  });
  const text = renderTerminal(results, { ...PLAIN, width });
  expect(text).not.toContain("…");
  if (width === 80) expect(text).toMatch(/^sse .* 105\.4 MiB /m);
});

test("without unicode every character is ASCII, and the letters survive", () => {
  const text = renderTerminal(resultsOf({ blocks: 2 }), { ...PLAIN, unicode: false });
  expect(text).toMatch(/^[\n -~]*$/);
  expect(text).toMatch(/ us /);
  expect(text.match(/\?/g)).toEqual(["?"]);
});

test("colour is only there when asked for", () => {
  const results = resultsOf({ trial: (trial) => unwell(trial, "failed", "no server") });
  expect(renderTerminal(results, PLAIN)).not.toContain("\u001b");
  expect(renderTerminal(results, { ...PLAIN, color: true })).toContain("\u001b[31mfailed\u001b[39m");
});

test("strings of the results can't steer the terminal", () => {
  const hostile = "x\u001b]0;owned\u0007\u009b2J\r\n\u202e";
  const results = resultsOf({
    transports: [hostile],
    scenarios: [hostile],
    trial: (trial) => unwell(trial, "failed", hostile),
  });
  const environment = { ...results.environment, cpuModel: hostile };
  for (const unicode of [true, false]) {
    const text = renderTerminal({ ...results, environment }, { ...PLAIN, unicode });
    // biome-ignore lint/suspicious/noControlCharactersInRegex: that none is there is the claim
    expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/);
  }
});

test("with ten blocks every transport has its rank, and values their intervals, within 80 columns", () => {
  const results = resultsOf({
    transports: [...SIX_TRANSPORTS, "sse#2", "tcp"],
    blocks: 10,
    trial: (trial) => (trial.transport === "sse#2" ? { ...trial, metrics: metricsOf(1.7) } : trial),
  });
  const text = renderTerminal(results, PLAIN);
  expect(text).toMatch(/^transport +p50 \(95 %\) +rank +p99 +CPU +RSS +TCP$/m);
  expect(text).toMatch(/^websocket +1\.06 ms \(1\.03–1\.09\) +1 +3\.39 ms/m);
  expect(text).toMatch(/^mqtt +2\.\d\d ms \(2\.\d\d–2\.\d\d\) +6 /m);
  expect(text).toMatch(/^sse#2 .*\) +A\/A /m);
  expect(text).toMatch(/^tcp .*\) +– /m);
  expect(Math.max(...text.split("\n").map((line) => line.length))).toBeLessThanOrEqual(80);
});

test("transports that are practically equal share their ranks", () => {
  const text = renderTerminal(
    resultsOf({
      transports: ["sse", "grpc", "mqtt"],
      blocks: 10,
      trial: (trial) => ({ ...trial, metrics: metricsOf(trial.transport === "mqtt" ? 2 : 1) }),
    }),
    PLAIN,
  );
  expect(text).toMatch(/^sse .* 1–2 /m);
  expect(text).toMatch(/^grpc .* 1–2 /m);
  expect(text).toMatch(/^mqtt .* 3 /m);
});

describe("more than two scenarios are a matrix", () => {
  const names = ["notify", "fan-out", "a-scenario-with-a-name-that-is-long", "chat"];
  const ranked = resultsOf({
    scenarios: names,
    transports: SIX_TRANSPORTS,
    blocks: 10,
    trial: (trial) => {
      // websocket and sse are the same in every block, the others a factor apart.
      const factor =
        { websocket: 1, sse: 1, socketio: 1.5, "long-polling": 2, grpc: 3, mqtt: 4 }[trial.transport] ?? 9;
      if (trial.transport === "mqtt" && trial.scenario === "chat") return unwell(trial, "saturated", "full");
      const { metrics } = trial;
      const latency = metrics?.deliveryLatencyUs;
      if (!metrics || !latency) return trial;
      const p50 = Math.round(2_000 * factor * (1 + trial.block / 500));
      return { ...trial, metrics: { ...metrics, deliveryLatencyUs: { ...latency, p50, publishes: 5_000 } } };
    },
  });

  test("scenarios are rows, with ranks and what is equal, within the width", () => {
    const text = renderTerminal(ranked, PLAIN);
    expect(text).toMatch(/^scenario +websocket +socketio +sse +long-polling +grpc +mqtt$/m);
    expect(text).toMatch(/^notify +2\.0\d 1–2= +3\.0\d 3 +2\.0\d 1–2= +4\.0\d 4 +6\.0\d 5 +8\.0\d 6$/m);
    expect(text).toMatch(/^chat .* saturated$/m);
    expect(text).toContain("Median delivery latency in ms, then the rank: = practically equal");
    const lines = text.split("\n");
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80);
    const head = lines.findIndex((line) => line.startsWith("scenario "));
    const rows = lines.slice(head, head + 1 + names.length);
    expect(new Set(rows.map((line) => line.length)).size, "the columns end at one place").toBe(1);
  });

  test("transports without room follow in a block of their own, with every scenario", () => {
    const text = renderTerminal(ranked, { ...PLAIN, width: 50 });
    expect(text.match(/^notify /gm)?.length).toBeGreaterThan(1);
    for (const transport of SIX_TRANSPORTS)
      expect(text.match(new RegExp(`^scenario.* ${transport}\\b`, "gm"))).toHaveLength(1);
    expect(Math.max(...text.split("\n").map((line) => line.length))).toBeLessThanOrEqual(50);
  });
});

test("a reason that befell many trials is one warning, with the range of its numbers", () => {
  const results = resultsOf({
    transports: ["sse", "grpc"],
    blocks: 3,
    trial: (trial) => unwell(trial, "invalid", `other programs used ${trial.block + 1}.5 CPUs; close them`),
  });
  const text = renderTerminal(results, { ...PLAIN, width: 500 });
  expect(text).toContain(
    "! 6 trials invalid in notify (sse 3, grpc 3): other programs used 1.5–3.5 CPUs; close them.",
  );
  expect(text.match(/other programs/g)).toHaveLength(1);
});
