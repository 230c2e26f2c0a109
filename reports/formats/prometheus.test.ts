import { expect, test } from "vitest";
import type { Results } from "../../harness/result/result.ts";
import { hostileResults, oddResults } from "../model/hostile.test-fixture.ts";
import { metricsOf, resultsOf, unwell } from "../model/results.test-fixture.ts";
import { renderPrometheus } from "./prometheus.ts";

interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** The text format 0.0.4 to the letter: every family once, HELP and TYPE before its samples, no series twice. */
function samplesOf(results: Results): Sample[] {
  const text = renderPrometheus(results);
  const samples: Sample[] = [];
  const [families, series] = [new Set<string>(), new Set<string>()];
  let family = "";
  for (const line of text.slice(0, -1).split("\n")) {
    const help = /^# HELP ([a-zA-Z_:][\w:]*) (?:[^\\\n]|\\\\|\\n)+$/.exec(line);
    const type = /^# TYPE ([a-zA-Z_:][\w:]*) gauge$/.exec(line);
    const sample = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (\S+)$/.exec(line);
    if (help?.[1]) {
      expect(families).not.toContain(help[1]);
      families.add(help[1]);
      family = help[1];
    } else if (type) expect(type[1]).toBe(family);
    else if (sample) {
      const [, name = "", labels = "", value] = sample;
      expect(name).toBe(family);
      expect(series).not.toContain(name + labels);
      series.add(name + labels);
      const pairs = [...labels.matchAll(/([a-zA-Z_]\w*)="((?:[^"\\\n]|\\\\|\\"|\\n)*)"(,|$)/g)];
      expect(pairs.map(([whole]) => whole).join("")).toBe(labels);
      expect(Number.isFinite(Number(value))).toBe(true);
      samples.push({
        name,
        labels: Object.fromEntries(pairs.map(([, label, text]) => [label, text])),
        value: Number(value),
      });
    } else throw new Error(`no line of the format: ${line}`);
  }
  return samples;
}

const named = (samples: readonly Sample[], name: string) =>
  samples.filter((one) => one.name === `notif_lab_${name}`);

test("a sample a transport in a scenario, in base units, that says which statistic it is", () => {
  const results = resultsOf({
    transports: ["sse"],
    blocks: 3,
    trial: (trial) => ({ ...trial, metrics: metricsOf(1) }),
  });
  const samples = samplesOf(results);
  const labels = { scenario: "notify", transport: "sse", statistic: "geometric mean" };
  const latency = named(samples, "delivery_latency_seconds");
  expect(latency.map((one) => one.labels.quantile)).toEqual(["0.5", "0.9", "0.99"]);
  expect(latency[0]).toMatchObject({
    labels: { ...labels, quantile: "0.5" },
    value: expect.closeTo(0.001, 12),
  });
  expect(named(samples, "server_cpu_per_delivery_seconds")[0]?.value).toBeCloseTo(90e-6, 12);
  expect(named(samples, "server_resident_memory_bytes")[0]?.value).toBeCloseTo(88 * 1024 ** 2, 0);
  expect(named(samples, "lost_deliveries")).toEqual([
    { name: "notif_lab_lost_deliveries", labels: { ...labels, statistic: "total" }, value: 0 },
  ]);
  expect(named(samples, "run_started_timestamp_seconds")[0]?.value).toBe(
    Date.parse(results.startedAt) / 1000,
  );
});

test("of two blocks it is the median, and says so", () => {
  const [sample] = named(
    samplesOf(resultsOf({ transports: ["sse"], blocks: 2 })),
    "delivery_latency_seconds",
  );
  expect(sample?.labels.statistic).toBe("median");
});

test("what has no value has no sample, and the trials say why", () => {
  const samples = samplesOf(
    resultsOf({
      transports: ["sse", "grpc"],
      trial: (trial) => (trial.transport === "grpc" ? unwell(trial, "saturated", "carried 61 %") : trial),
    }),
  );
  expect(named(samples, "delivery_latency_seconds").map((one) => one.labels.transport)).not.toContain("grpc");
  expect(named(samples, "tcp_per_delivery_bytes").map((one) => one.labels.transport)).toContain("grpc");
  const saturated = named(samples, "trials").filter((one) => one.labels.state === "saturated");
  expect(saturated.map(({ labels, value }) => [labels.transport, value])).toEqual([
    ["sse", 0],
    ["grpc", 1],
  ]);
});

test.each([["hostile", hostileResults()] as const, ...Object.entries(oddResults())])(
  "%s results still keep to the format",
  (_what, results) => {
    expect(samplesOf(results).length).toBeGreaterThan(1);
  },
);

test("every name ends in its base unit or counts something", () => {
  const names = new Set(samplesOf(resultsOf({ blocks: 3, publishes: 100_000 })).map(({ name }) => name));
  const units = /_(seconds|bytes|per_second|ratio|deliveries|trials|info|cpus)$/;
  expect([...names].filter((name) => !units.test(name))).toEqual([]);
  expect(names.size).toBeGreaterThan(25);
});
