import { expect, test } from "vitest";
import type { Results } from "../../harness/result/result.ts";
import { renderComparisonMarkdown } from "../formats/comparison-markdown.ts";
import { renderComparison } from "../terminal/comparison-text.ts";
import { type ComparedMetric, compareRuns } from "./comparison.ts";
import { metricsOf, resultsOf, SIX_TRANSPORTS, unwell } from "./results.test-fixture.ts";

const NOISE = [0.02, -0.01, 0.015, -0.02, 0.005, -0.015, 0.01, -0.005, 0.012, -0.012];
const PLAIN = { color: false, unicode: true, width: 80 };

/** A run whose transports have these factors in every block, but for a noise that starts at another block in each run. */
function runOf(factors: Record<string, number>, blocks = 10, shift = 0): Results {
  return resultsOf({
    blocks,
    transports: Object.keys(factors),
    trial: (trial) => {
      const noise = NOISE[(trial.block + shift) % 10] ?? 0;
      return { ...trial, metrics: metricsOf((factors[trial.transport] ?? 1) * Math.exp(noise)) };
    },
  });
}

function metricOf(
  a: Results,
  b: Results,
  transport: string,
  key = "deliveryP50",
): ComparedMetric | undefined {
  const [scenario] = compareRuns(a, b).scenarios;
  const compared = scenario?.transports.find((one) => one.transport === transport);
  return compared?.metrics.find(({ metric }) => metric === key);
}

test("each transport's change is B over A by block, with its verdict", () => {
  const a = runOf({ websocket: 1, sse: 2, grpc: 3 });
  const b = runOf({ websocket: 1.3, sse: 2.01, grpc: 2.4 }, 10, 3);
  expect(metricOf(a, b, "websocket")).toMatchObject({
    effect: { ratio: expect.closeTo(1.3, 6), blocks: 10 },
    verdict: "different",
    change: "worse",
  });
  expect(metricOf(a, b, "sse")).toMatchObject({ verdict: "practically equal" });
  expect(metricOf(a, b, "sse")).not.toHaveProperty("change");
  expect(metricOf(a, b, "grpc")).toMatchObject({ verdict: "different", change: "better" });
});

test("the wider A/A band of the two runs hinders a difference", () => {
  const quiet = { sse: 1, grpc: 2, "grpc#2": 2 };
  const [a, b] = [runOf(quiet), runOf({ ...quiet, sse: 1.3 }, 10, 3)];
  expect(metricOf(a, b, "sse")).toMatchObject({ verdict: "different" });
  const [loud, louder] = [
    runOf({ ...quiet, "grpc#2": 3 }),
    runOf({ ...quiet, sse: 1.3, "grpc#2": 3 }, 10, 3),
  ];
  expect(metricOf(a, louder, "sse")).toMatchObject({ verdict: "inconclusive" });
  expect(metricOf(loud, b, "sse")).toMatchObject({ verdict: "inconclusive" });
});

test("a throughput that rises is better", () => {
  const throughput = (perSecond: number) =>
    resultsOf({
      blocks: 10,
      transports: ["sse"],
      trial: (trial) => ({ ...trial, metrics: { ...metricsOf(1), deliveriesPerSecond: perSecond } }),
    });
  expect(metricOf(throughput(50), throughput(80), "sse", "deliveriesPerSecond")).toMatchObject({
    change: "better",
  });
});

test("from three blocks on there is a verdict; of one block the effect alone", () => {
  expect(metricOf(runOf({ sse: 1 }, 3), runOf({ sse: 1.2 }, 3, 2), "sse")).toMatchObject({
    effect: { blocks: 3, interval: expect.anything() },
    verdict: "different",
  });
  const single = metricOf(runOf({ sse: 1 }, 1), runOf({ sse: 1.2 }, 1), "sse");
  expect(single?.effect).toEqual({ ratio: expect.closeTo(1.2, 9), blocks: 1 });
  expect(single).not.toHaveProperty("verdict");
});

test("blocks that only one of the runs has are left out", () => {
  const a = runOf({ sse: 1 }, 1);
  const b = resultsOf({
    blocks: 2,
    transports: ["sse"],
    trial: (trial) => ({ ...trial, metrics: metricsOf(trial.block === 0 ? Math.exp(0.02) : 50) }),
  });
  expect(metricOf(a, b, "sse")?.effect).toEqual({ ratio: 1, blocks: 1 });
});

test("what only one run has, fewer blocks, other machines and the difference in time are noted", () => {
  const a = runOf({ websocket: 1, sse: 2 }, 3);
  const other = runOf({ sse: 2, grpc: 1 }, 2);
  const environment = {
    ...other.environment,
    node: "v22.1.0",
    loadAverageBefore: 9,
    packages: { ws: "9.0.0" },
  };
  const { notes, differences } = compareRuns(a, { ...other, environment });
  expect(differences).toEqual([]);
  expect(notes[0]).toMatch(/made at different times.*not averaged out/);
  expect(notes.slice(1)).toEqual([
    "only in A: transport websocket",
    "only in B: transport grpc",
    "blocks 3 in A, 2 in B: the first 2 are paired",
    "2 blocks: verdicts need 3, run both with --blocks 4 or more",
    "environment: node v20.19.5 in A, v22.1.0 in B",
    "environment: packages ws 8.23.0 in A, 9.0.0 in B",
    "environment: packages socket.io 4.8.4 in A, - in B",
  ]);
});

test("two builds that one run measured were measured at one time", () => {
  const run = runOf({ sse: 1 }, 3);
  const build = { ...runOf({ sse: 1.1 }, 3), besideBuild: "0.1.0" };
  expect(compareRuns(build, run).notes[0]).toMatch(/measured in the same launches/);
  expect(compareRuns(run, build).notes[0]).toMatch(/measured in the same launches/);
});

test("a transport that fell over in one run says so, and has no effect", () => {
  const a = runOf({ sse: 1, grpc: 1 });
  const b = resultsOf({
    blocks: 10,
    transports: ["sse", "grpc"],
    trial: (trial) => (trial.transport === "sse" ? unwell(trial, "failed", "no server") : trial),
  });
  const [scenario] = compareRuns(a, b).scenarios;
  expect(scenario?.transports.map(({ states }) => states)).toEqual(["failed in B", ""]);
  expect(metricOf(a, b, "sse")).not.toHaveProperty("effect");
  expect(renderComparison(compareRuns(a, b), PLAIN)).toMatch(/^sse \(failed in B\)$/m);
});

test("the text has a line a metric within 80 columns, and delivery errors only where there are some", () => {
  const factors = Object.fromEntries(SIX_TRANSPORTS.map((transport, index) => [transport, 1 + index]));
  const a = runOf({ ...factors, "socketio:a-variant-with-a-long-name": 3 });
  const worse = runOf({ ...factors, "socketio:a-variant-with-a-long-name": 3, websocket: 1.5 }, 10, 3);
  const trials = worse.trials.map((trial) =>
    trial.transport === "grpc" && trial.metrics
      ? { ...trial, metrics: { ...trial.metrics, lost: 2 } }
      : trial,
  );
  const text = renderComparison(compareRuns(a, { ...worse, trials }), PLAIN);
  expect(text).toMatch(/^websocket\n {2}p50 +1,0\d\d µs +1,5\d\d µs +1\.50x \(1\.4\d–1\.5\d\) +worse$/m);
  expect(text).toMatch(/^sse\n {2}p50 .* equal$/m);
  expect(text.match(/^ {2}lost +0 +20 +– +–$/gm)).toHaveLength(1);
  expect(text).toMatch(/^! The two runs were made at different times/m);
  expect(Math.max(...text.split("\n").map((line) => line.length))).toBeLessThanOrEqual(80);
  expect(text).not.toContain("\u001b");
});

test("colour marks what changed, ASCII has no other letters, and strings can't steer the terminal", () => {
  const hostile = "x\u001b]0;owned\u0007\u202e";
  const a = runOf({ sse: 1, [hostile]: 1 });
  const b = runOf({ sse: 1.5, [hostile]: 1 }, 10, 3);
  const comparison = compareRuns(a, { ...b, command: hostile });
  const [red, off] = ["\u001b[31m", "\u001b[39m"];
  const line = renderComparison(comparison, { ...PLAIN, color: true })
    .split("\n")
    .find((one) => one.startsWith(`${red}  p50`));
  expect(line).toMatch(/worse/);
  expect(line?.endsWith(off)).toBe(true);
  expect(renderComparison(comparison, { ...PLAIN, unicode: false })).toMatch(/^[\n -~]*$/);
});

test("Markdown has a table a scenario and what to know below it", () => {
  const a = runOf({ sse: 1, "a|b": 1 });
  const text = renderComparisonMarkdown(compareRuns(a, runOf({ sse: 1.5, "a|b": 1 }, 10, 3)));
  expect(text).toMatch(
    /^\| sse \| p50 \| 1,0\d\d µs \| 1,5\d\d µs \| 1\.50x \(1\.\d\d–1\.\d\d\) \| \*\*worse\*\* \|$/m,
  );
  expect(text).toContain("| a\\|b | p50 |");
  expect(text).toMatch(/^- The two runs were made at different times/m);
  for (const row of text.split("\n").filter((line) => line.startsWith("|")))
    expect(row.split(/(?<!\\)\|/)).toHaveLength(8);
});

test("the comparison is plain data", () => {
  const comparison = compareRuns(runOf({ sse: 1 }), runOf({ sse: 1.5 }, 10, 3));
  expect(JSON.parse(JSON.stringify(comparison))).toEqual(comparison);
});
