import { expect, test } from "vitest";
import type { Results } from "../../harness/result/result.ts";
import { NUMBERS } from "../metrics/names.ts";
import { HOSTILE, hostileResults } from "../model/hostile.test-fixture.ts";
import { metricsOf, resultsOf, unwell } from "../model/results.test-fixture.ts";
import { renderCsv } from "./csv.ts";

/** RFC 4180 to the letter: anything that is not by its grammar is an error. */
function parsed(text: string): string[][] {
  const rows: string[][] = [[]];
  const field = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/y;
  while (field.lastIndex < text.length) {
    const at = field.lastIndex;
    const match = field.exec(text);
    if (!match) throw new Error(`no field at ${at}: ${JSON.stringify(text.slice(at, at + 40))}`);
    const [, quoted, bare = "", end] = match;
    rows.at(-1)?.push(quoted === undefined ? bare : quoted.replaceAll('""', '"'));
    if (end === "\r\n") rows.push([]);
  }
  return rows.slice(0, -1);
}

function recordsOf(results: Results): Record<string, string>[] {
  const [head = [], ...rows] = parsed(renderCsv(results));
  expect(new Set(rows.map((row) => row.length))).toEqual(new Set([head.length]));
  return rows.map((row) => Object.fromEntries(head.map((name, index) => [name, row[index] ?? ""])));
}

test("a row for every trial and number, with the value that the results file has", () => {
  const results = resultsOf({ transports: ["sse", "grpc"], blocks: 2 });
  const records = recordsOf(results);
  const p99 = records.filter((one) => one.metric === "deliveryLatencyUs.p99" && one.transport === "grpc");
  expect(p99.map(({ block, attempt, seed, state, unit }) => [block, attempt, seed, state, unit])).toEqual([
    ["1", "1", "42", "completed", "us"],
    ["2", "1", "43", "completed", "us"],
  ]);
  expect(p99.map(({ value }) => Number(value))).toEqual(
    results.trials.flatMap((one) =>
      one.transport === "grpc" ? (one.metrics?.deliveryLatencyUs?.p99 ?? []) : [],
    ),
  );
  const keys = records.map((one) => `${one.scenario} ${one.transport} ${one.block} ${one.metric}`);
  expect(new Set(keys).size).toBe(keys.length);
});

test("units are those of the file: seconds stay seconds, shares and counts have 1, and a minus is a minus", () => {
  const [trial] = resultsOf({ transports: ["sse"] }).trials;
  const records = recordsOf(resultsOf({ transports: ["sse"] }));
  const of = (metric: string) => records.find((one) => one.metric === metric);
  expect(of("measuredSeconds")).toMatchObject({ unit: "s", value: String(trial?.metrics?.measuredSeconds) });
  expect(of("warmup.cpuDrift")).toMatchObject({ unit: "1", value: "-0.02" });
  expect(of("tcpBytesPerDelivery")).toMatchObject({ unit: "B", value: "700" });
  expect(of("deliveriesPerSecond")).toMatchObject({ unit: "1/s", value: "49.8" });
  expect(of("lost")).toMatchObject({ unit: "1", value: "0" });
  expect(records.every(({ metric = "" }) => NUMBERS.some(({ path }) => path === metric))).toBe(true);
});

test("a trial without figures has one row with its reason; a second attempt is a trial of its own", () => {
  const base = resultsOf({ transports: ["sse"] });
  const [trial] = base.trials;
  if (!trial) throw new Error("no trial");
  const first = unwell(trial, "invalid", 'busy, "very"\nbusy');
  const records = recordsOf({ ...base, trials: [first, { ...trial, attempt: 2 }] });
  expect(records[0]).toMatchObject({
    ...{ state: "invalid", attempt: "1", metric: "", unit: "", value: "" },
    reason: 'busy, "very" busy',
  });
  expect(new Set(records.slice(1).map((one) => one.attempt))).toEqual(new Set(["2"]));
});

test("hostile text is one field, and never the beginning of a formula", () => {
  for (const record of recordsOf(hostileResults()))
    for (const name of ["scenario", "transport", "reason"])
      expect(record[name]).not.toMatch(/^\s*"?[=+@-]|^[\t\r]|[\r\n]/);
  for (const start of ["=1+1", "+1", "-1", "@SUM(1)", "\t=1", ' "=1"', "＝1"]) {
    const [record] = recordsOf(resultsOf({ transports: [start] }));
    expect(record?.transport).toMatch(/^'/);
  }
  // As a spreadsheet splits them that takes semicolons, or tabs, for the separators.
  for (const text of ["x;=1+1", "x; @SUM(1)", 'x;"=1', "x\t=1", "x\r=1", "a,=1;-1"]) {
    const csv = renderCsv(resultsOf({ transports: ["sse"], trial: (one) => unwell(one, "failed", text) }));
    const cells = csv.split(/[;\t\r\n]+/);
    expect(cells.filter((cell) => /^[\s'"]*[=+\-@]/.test(cell.replace(/^[\s"]*'/, "text")))).toEqual([]);
  }
  expect(recordsOf(resultsOf({ transports: ["mqtt:qos1"] }))[0]?.transport).toBe("mqtt:qos1");
  expect(HOSTILE).toMatch(/^=/);
});

test("the largest and the smallest numbers read back as they were", () => {
  const metrics = { ...metricsOf(1), tcpBytesPerDelivery: 1.7976931348623157e308, offeredPerSecond: 5e-324 };
  const records = recordsOf(resultsOf({ transports: ["sse"], trial: (trial) => ({ ...trial, metrics }) }));
  const of = (metric: string) => Number(records.find((one) => one.metric === metric)?.value);
  expect(of("tcpBytesPerDelivery")).toBe(metrics.tcpBytesPerDelivery);
  expect(of("offeredPerSecond")).toBe(5e-324);
});
