import { expect, test } from "vitest";
import type { Cell } from "./cell.ts";
import { latencyOf, metricsOf, resultsOf, unwell } from "./results.test-fixture.ts";
import { summarize } from "./summary.ts";

const P50_BY_BLOCK = [3_000, 1_000, 2_000, 10_000];

function firstCell(results: Parameters<typeof summarize>[0]): Cell {
  const cell = summarize(results)[0]?.cells[0];
  if (!cell) throw new Error("the fixture has no cell");
  return cell;
}

test("from three blocks on a figure is the geometric mean of one value a trial, with its interval", () => {
  const cell = firstCell(
    resultsOf({
      transports: ["sse"],
      blocks: 3,
      trial: (trial) => ({ ...trial, metrics: metricsOf((P50_BY_BLOCK[trial.block] ?? 0) / 1_000) }),
    }),
  );
  expect(cell.figures.deliveryP50).toMatchObject({
    kind: "observed",
    value: expect.closeTo(6 ** (1 / 3) * 1_000, 6),
    // Logarithms of 1, 2, 3: mean 0.5973, deviation 0.5555, times 4.3027 / sqrt(3).
    interval: { low: expect.closeTo(457, 0), high: expect.closeTo(7_223, -1) },
    min: 1_000,
    max: 3_000,
    blocks: 3,
    values: [3_000, 1_000, 2_000],
    at: [1, 2, 3],
  });
});

test("of two blocks the value lies between them, and there is a range and no interval", () => {
  const cell = firstCell(
    resultsOf({
      transports: ["sse"],
      blocks: 2,
      trial: (trial) => ({ ...trial, metrics: metricsOf((P50_BY_BLOCK[trial.block] ?? 0) / 1_000) }),
    }),
  );
  expect(cell.figures.deliveryP50).toMatchObject({ value: 2_000, max: 3_000 });
  expect(cell.figures.deliveryP50).not.toHaveProperty("interval");
});

test.each([
  [59, "deliveryP50", 60],
  [299, "deliveryP90", 300],
  [2_999, "deliveryP99", 3_000],
  [29_999, "deliveryP999", 30_000],
] as const)("%i publishes are one too few for %s", (publishes, key, needs) => {
  const short = firstCell(resultsOf({ transports: ["sse"], publishes }));
  expect(short.figures[key]).toEqual({ kind: "unsupported", needs, had: publishes });
  const enough = firstCell(resultsOf({ transports: ["sse"], publishes: needs }));
  expect(enough.figures[key].kind).toBe("observed");
});

test("the block with the fewest publishes decides whether a quantile is shown", () => {
  const results = resultsOf({
    transports: ["sse"],
    blocks: 2,
    trial: (trial) => ({ ...trial, metrics: metricsOf(1, trial.block === 0 ? 3_000 : 100) }),
  });
  expect(firstCell(results).figures.deliveryP99).toEqual({ kind: "unsupported", needs: 3_000, had: 100 });
});

test("ratios are to the lowest value of the transports; neither a baseline nor an A/A control sets a mark", () => {
  const factor: Record<string, number> = { tcp: 1, sse: 2, "sse#2": 1.8, grpc: 3 };
  const results = resultsOf({
    transports: ["tcp", "sse", "sse#2", "grpc"],
    trial: (trial) => ({ ...trial, metrics: metricsOf(factor[trial.transport] ?? 0) }),
  });
  const ratios = summarize(results)[0]?.cells.map(({ figures }) => figures.deliveryP50);
  expect(ratios).toMatchObject([{ ratio: 0.5 }, { ratio: 1 }, { ratio: 0.9 }, { ratio: 1.5 }]);
});

test("nothing below zero or at zero is a mark for ratios", () => {
  const results = resultsOf({
    transports: ["sse", "grpc"],
    trial: (trial) => ({ ...trial, metrics: { ...metricsOf(1), tcpBytesPerDelivery: 0 } }),
  });
  expect(firstCell(results).figures.bytes).not.toHaveProperty("ratio");
});

test("a saturated block makes the transport saturated: its latency is void, its costs are not, and it sets no mark", () => {
  const results = resultsOf({
    transports: ["sse", "grpc"],
    blocks: 2,
    trial: (trial) => {
      if (trial.transport === "grpc") return { ...trial, metrics: metricsOf(9) };
      const fast = { ...trial, metrics: metricsOf(1) };
      return trial.block === 1 ? unwell(fast, "saturated", "carried 61 %") : fast;
    },
  });
  const [sse, grpc] = summarize(results)[0]?.cells ?? [];
  expect(sse).toMatchObject({
    state: "saturated",
    problems: [{ state: "saturated", text: "carried 61 %", blocks: [2] }],
    figures: { deliveryP50: { kind: "absent" }, cpu: { kind: "observed", blocks: 2 } },
  });
  expect(grpc?.figures.deliveryP50).toMatchObject({ ratio: 1 });
});

test("an invalid trial gives no figure, and keeps its reason", () => {
  const results = resultsOf({
    transports: ["sse"],
    blocks: 3,
    trial: (trial) => (trial.block === 1 ? { ...trial, state: "invalid", reason: "send lag" } : trial),
  });
  expect(firstCell(results)).toMatchObject({
    state: "completed",
    blockNumbers: [1, 3],
    problems: [{ state: "invalid", text: "send lag", blocks: [2] }],
    figures: { deliveryP50: { blocks: 2 } },
  });
});

test("a re-queued trial stands for its block, and the first try stays on record", () => {
  const results = resultsOf({ transports: ["sse"] });
  const [good] = results.trials;
  if (!good) throw new Error("the fixture has no trial");
  const cell = firstCell({ ...results, trials: [unwell(good, "invalid", "steal"), good] });
  expect(cell).toMatchObject({
    state: "completed",
    blockNumbers: [1],
    problems: [{ text: "steal", blocks: [1] }],
  });
});

test.each(["failed", "skipped", "invalid"] as const)("a transport that only %s has no figure", (state) => {
  const cell = firstCell(
    resultsOf({ transports: ["sse"], trial: (trial) => unwell(trial, state, "because") }),
  );
  expect(cell.state).toBe(state);
  expect(Object.values(cell.figures).every(({ kind }) => kind === "absent")).toBe(true);
});

test("a transport without a trial is missing, not left out", () => {
  expect(firstCell(resultsOf({ transports: ["sse"], trial: () => undefined })).state).toBe("missing");
});

test("losses add up over blocks, where a median would hide them", () => {
  const results = resultsOf({
    transports: ["sse"],
    blocks: 3,
    trial: (trial) => ({ ...trial, metrics: { ...metricsOf(1), lost: trial.block === 2 ? 5 : 0 } }),
  });
  expect(firstCell(results).figures.lost).toMatchObject({ value: 5, min: 0, max: 5 });
});

test("the same note of several blocks is one remark", () => {
  const results = resultsOf({
    transports: ["sse"],
    blocks: 3,
    trial: (trial) => ({ ...trial, notes: trial.block === 1 ? [] : ["unsteady"] }),
  });
  expect(firstCell(results).notes).toEqual([{ text: "unsteady", blocks: [1, 3] }]);
});

test("a metric that a trial lacks is absent", () => {
  const { deliveryLatencyUs: _latency, ...rest } = metricsOf(1);
  const results = resultsOf({ transports: ["sse"], trial: (trial) => ({ ...trial, metrics: rest }) });
  expect(firstCell(results).figures.deliveryP50).toEqual({ kind: "absent" });
  const zero = { ...rest, deliveryLatencyUs: latencyOf(0, 3_000) };
  const known = resultsOf({ transports: ["sse"], trial: (trial) => ({ ...trial, metrics: zero }) });
  expect(firstCell(known).figures.deliveryP50).toMatchObject({ value: 0 });
});
