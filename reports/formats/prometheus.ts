import type { Results } from "../../harness/result/result.ts";
import { estimateOf } from "../../harness/statistics/estimate.ts";
import { METRIC_KEYS, METRICS } from "../metrics/catalogue.ts";
import type { Metric } from "../metrics/metric.ts";
import { type Cell, type Observed, observed, type State } from "../model/cell.ts";
import { type ScenarioSummary, summarize } from "../model/summary.ts";
import { plain } from "../prose/text.ts";

type Labels = Readonly<Record<string, string>>;
type CellLabels = { readonly scenario: string; readonly transport: string };

interface Family {
  readonly name: string;
  readonly help: string;
  readonly samples: readonly { readonly labels: Labels; readonly value: number }[];
}

/** Prometheus knows base units only, which each name ends with. */
const MICROS_A_SECOND = 1e6;

/**
 * The run in Prometheus' text exposition format 0.0.4, all gauges and without timestamps, as the textfile collector wants them: one
 * sample for a transport in a scenario, the value over blocks that every report shows. What has no value has no sample.
 */
export function renderPrometheus(results: Results): string {
  const summary = summarize(results);
  return [...metricFamilies(summary), ...runFamilies(results, summary)].map(familyText).join("");
}

/** The quantiles of one latency are one family. */
function metricFamilies(summary: readonly ScenarioSummary[]): Family[] {
  const families = new Map<string, Family>();
  for (const key of METRIC_KEYS) {
    const metric: Metric = METRICS[key];
    const { prometheus: name } = metric;
    if (name === undefined) continue;
    const samples = cellsOf(summary).flatMap(({ labels, cell }) => {
      const figure = observed(cell, key);
      return figure
        ? [{ labels: { ...labels, ...qualifiers(metric, figure) }, value: inBase(metric, figure) }]
        : [];
    });
    const known = families.get(name);
    families.set(name, {
      name,
      help: known?.help ?? `${metric.group}. ${metric.about} The statistic over blocks is in the label.`,
      samples: [...(known?.samples ?? []), ...samples],
    });
  }
  return [...families.values()];
}

/** What a reader of the series must know of the run: how many trials stand behind a figure, when it was, on what. */
function runFamilies(
  { startedAt, finishedAt, preset, seed, environment, trials }: Results,
  summary: readonly ScenarioSummary[],
): Family[] {
  const moment = (what: string, time: string | undefined): Family => ({
    name: `run_${what}_timestamp_seconds`,
    help: `When the run ${what}, since 1970.`,
    samples: time === undefined ? [] : [{ labels: {}, value: Date.parse(time) / 1000 }],
  });
  return [
    {
      name: "trials",
      help: "Trials by the state they ended in; only completed and saturated ones have figures.",
      samples: cellsOf(summary).flatMap(({ labels }) =>
        STATES.map((state) => ({
          labels: { ...labels, state },
          value: trials.filter(
            (one) =>
              one.state === state && one.scenario === labels.scenario && one.transport === labels.transport,
          ).length,
        })),
      ),
    },
    moment("started", startedAt),
    moment("finished", finishedAt),
    {
      name: "run_info",
      help: "What ran, in labels; always 1.",
      samples: [
        {
          labels: { version: environment.notifLab, node: environment.node, preset, seed: String(seed) },
          value: 1,
        },
      ],
    },
  ];
}

const STATES: readonly State[] = ["completed", "saturated", "invalid", "skipped", "failed"];

function cellsOf(
  summary: readonly ScenarioSummary[],
): { readonly labels: CellLabels; readonly cell: Cell }[] {
  return summary.flatMap(({ name, cells }) =>
    cells.map((cell) => ({ labels: { scenario: name, transport: cell.transport }, cell })),
  );
}

function qualifiers({ quantile, combine }: Metric, { values, tails }: Observed): Labels {
  return {
    ...(quantile ? { quantile: String(1 - 1 / quantile.oneIn) } : {}),
    statistic: combine ?? (tails ? "merged histograms" : estimateOf(values).kind),
  };
}

function inBase({ unit }: Metric, { value }: Observed): number {
  return unit === "micros" ? value / MICROS_A_SECOND : value;
}

/** A series may be there only once; names that differ in unprintable characters alone are one to Prometheus, and the first counts. */
function familyText({ name, help, samples }: Family): string {
  const series = new Map<string, number>();
  for (const { labels, value } of samples) {
    const id = seriesOf(`notif_lab_${name}`, labels);
    if (!series.has(id)) series.set(id, value);
  }
  if (series.size === 0) return "";
  return [
    `# HELP notif_lab_${name} ${plain(help).replaceAll("\\", "\\\\")}`,
    `# TYPE notif_lab_${name} gauge`,
    ...[...series].map(([id, value]) => `${id} ${value}`),
    "",
  ].join("\n");
}

function seriesOf(name: string, labels: Labels): string {
  const pairs = Object.entries(labels).map(([label, value]) => `${label}="${labelText(value)}"`);
  return pairs.length > 0 ? `${name}{${pairs.join(",")}}` : name;
}

function labelText(text: string): string {
  return plain(text).replace(/[\\"]/g, "\\$&");
}
