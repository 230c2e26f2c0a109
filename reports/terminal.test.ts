import { expect, test } from "vitest";
import { resultsOf, SIX_WIRES, unwell } from "./results.test-fixture.ts";
import { renderTerminal } from "./terminal.ts";

const PLAIN = { color: false, unicode: true, width: 80 };

test("a table a scenario, then what to do", () => {
  const results = resultsOf({
    transports: ["sse", "grpc"],
    blocks: 2,
    trial: (trial) => (trial.transport === "grpc" ? unwell(trial, "failed", "no server") : trial),
  });
  const text = renderTerminal(results, PLAIN);
  expect(text).toMatch(/^wire +p50 \(range\) +p99 +CPU +RSS +TCP$/m);
  expect(text).toMatch(/^sse +1\.\d+ ms \(1\.00–1\.\d+\) +3\.\d+ ms/m);
  expect(text).toMatch(/^grpc +failed +–/m);
  expect(text).toContain("! grpc failed in notify, blocks 1 and 2: no server; run it alone with --debug.");
});

test.each([80, 60, 40])("no line is longer than %i columns", (width) => {
  const transports = [...SIX_WIRES, "websocket:deflate", "socketio:a-long-variant"];
  const text = renderTerminal(resultsOf({ transports, blocks: 3, publishes: 300 }), { ...PLAIN, width });
  const longest = Math.max(...text.split("\n").map((line) => line.length));
  expect(longest).toBeLessThanOrEqual(width);
  expect(longest).toBeGreaterThan(width / 2);
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
