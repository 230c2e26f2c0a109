import { expect, test } from "vitest";
import { breakdownOf, metricsOf, resultsOf, unwell } from "../model/results.test-fixture.ts";
import { count, pageOf } from "./documents.test-fixture.ts";

const overviewOf = (page: string) => page.slice(page.indexOf('id="overview"'), page.indexOf('id="scenario-'));
const pairsOf = (page: string) => page.match(/<details class="verdicts"[\s\S]*?<\/details>/)?.[0] ?? "";

test("ranks and what is practically equal stand in the overview, and every pair with its verdict in the section", () => {
  const page = pageOf(
    resultsOf({
      transports: ["sse", "grpc", "mqtt"],
      blocks: 10,
      trial: (trial) => ({ ...trial, metrics: metricsOf(trial.transport === "mqtt" ? 2 : 1) }),
    }),
  );
  expect(overviewOf(page)).toContain("<small>rank 1–2, within 5 % of grpc</small>");
  expect(overviewOf(page)).toContain("<small>rank 3</small>");
  expect(overviewOf(page)).toContain("95 % interval over blocks");
  const pairs = pairsOf(page);
  expect(pairs).toContain(" open>");
  expect(pairs).toMatch(/sse \/ grpc<\/th><td>1\.00x<small>1\.00–1\.00<br>practically equal<\/small>/);
  expect(pairs).toMatch(/sse \/ mqtt<\/th><td>0\.50x<small>0\.50–0\.50<br><b>different<\/b><\/small>/);
  expect(pairs).toContain("A difference of up to 5 % is of no consequence.");
  expect(page).toContain(
    "geometric means over blocks (p99 and p99.9: of all of them merged), with 95 % intervals",
  );
});

test("under three blocks there are no pairs and no ranks", () => {
  const page = pageOf(resultsOf({ transports: ["sse", "grpc"], blocks: 2 }));
  expect(pairsOf(page)).toBe("");
  expect(overviewOf(page)).not.toContain("<small>rank");
  expect(overviewOf(page)).toContain("nothing is ranked");
  expect(page).toContain("medians, with the range over blocks");
  expect(pairsOf(pageOf(resultsOf()))).toBe("");
});

test("an A/A control has its band in the overview and in the table, and no rank", () => {
  const page = pageOf(
    resultsOf({
      transports: ["sse", "sse#2", "grpc"],
      blocks: 10,
      trial: (trial) => ({ ...trial, metrics: metricsOf(trial.transport === "sse#2" ? 1.2 : 1) }),
    }),
  );
  expect(overviewOf(page)).toContain("<small>A/A: sse again, band 20 %</small>");
  expect(pairsOf(page)).toContain(
    "An interval must also exceed how far one transport was from itself: 20 % (Delivery latency, p50)",
  );
  expect(pairsOf(page)).not.toContain("sse#2 /");
});

test("an inconclusive pair says so, and the sentence what would decide it", () => {
  const noise = [1.3, 0.8, 1.1, 0.9, 1.05, 1.2, 0.7, 1.15, 0.95, 1.02];
  const page = pageOf(
    resultsOf({
      transports: ["sse", "grpc"],
      blocks: 10,
      trial: (trial) => ({
        ...trial,
        metrics: metricsOf(trial.transport === "sse" ? 1 : (noise[trial.block] ?? 1)),
      }),
    }),
  );
  expect(pairsOf(page)).toContain("<br>inconclusive</small>");
  expect(page).toMatch(
    /\d+ more blocks would decide it, if effect and noise are as they appear \(80 % power\)/,
  );
});

test("a range among intervals is named in the table", () => {
  const page = pageOf(
    resultsOf({
      transports: ["sse", "grpc"],
      blocks: 3,
      trial: (trial) =>
        trial.transport === "grpc" && trial.block === 1 ? unwell(trial, "invalid", "send lag") : trial,
    }),
  );
  expect(page).toMatch(/<small>range 1\.\d\d–1\.\d\d<\/small>|<small>range 1,\d+–1,\d+<\/small>/);
});

test("where the bytes go is told by part, in the order of the transports, and so is what could not be told", () => {
  const results = {
    ...resultsOf({ transports: ["sse", "grpc", "mqtt"] }),
    anatomies: [
      { transport: "mqtt", scenario: "notify", absent: "a byte was nobody's" },
      breakdownOf("grpc", 40),
      breakdownOf("sse", 400),
    ],
  };
  const page = pageOf(results);
  const rows = [...page.matchAll(/<tr><th scope="row">.*?<\/tr>/gs)].map(([row]) => row);
  const shownRows = rows.filter((row) => row.includes('class="bar"') || row.includes("not known"));
  expect(shownRows.map((row) => row.match(/sse|grpc|mqtt/)?.[0])).toEqual(["sse", "grpc", "mqtt"]);
  // 128 + 128 body, 60 + 60 envelope, framing 400 out: 776 in all.
  expect(shownRows[0]).toMatch(/>256<.*>120<.*>400<.*>776</s);
  expect(shownRows[2]).toContain("not known: a byte was nobody&#39;s");
  expect(page).not.toContain(">compressed<");
  expect(pageOf(resultsOf())).not.toContain("Where the bytes go");
});

test("a transport's idle bytes are shown in every scenario, whichever its silence was looked at in", () => {
  const silent = breakdownOf("sse", 400);
  const measured = {
    state: "measured" as const,
    connections: 8,
    cycleMs: 400,
    cycles: 4,
    heartbeatBytesPerCycle: { in: 100, out: 140 },
    defaultCycleMs: 10_000,
    derived: { idleBytesPerConnectionHour: { in: 36_000, out: 50_400 } },
  };
  const results = {
    ...resultsOf({ transports: ["sse"], scenarios: ["notify", "fan-out"] }),
    anatomies: [silent, { ...silent, scenario: "fan-out", idle: measured }],
  };
  expect(count(pageOf(results), "86,400")).toBe(2);
});

test("memory that is lost in the noise is unresolved, not absent", () => {
  const noisy = resultsOf({
    transports: ["sse"],
    trial: (trial) => {
      if (!trial.metrics) return trial;
      const heapAndExternal = { bytesPerConnection: 9_000, r2: 0.5 };
      const memoryPerConnection = { steps: [], ...trial.metrics.memoryPerConnection, heapAndExternal };
      return { ...trial, metrics: { ...trial.metrics, memoryPerConnection } };
    },
  });
  expect(pageOf(noisy)).toContain("unresolved</small>");
  expect(pageOf(resultsOf({ transports: ["sse"] }))).not.toContain("unresolved</small>");
});
