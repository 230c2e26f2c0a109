import type { Results } from "../../harness/result/result.ts";
import { observed } from "../model/cell.ts";
import type { ScenarioSummary } from "../model/summary.ts";
import { barChart } from "./bar-chart.ts";
import { breakdownChart } from "./byte-breakdown.ts";
import type { Chart } from "./chart.ts";
import { percentileChart } from "./percentile-chart.ts";
import { timelineChart } from "./timeline-chart.ts";
import { trialsChart } from "./trials-chart.ts";

/** The pictures of a scenario, in a fixed order so that sections compare; those without a figure are left out. */
export function chartsOf(scenario: ScenarioSummary, results: Results): Chart[] {
  const { cells } = scenario;
  const idle = cells.some((cell) => observed(cell, "idleBytes"));
  const bytes =
    breakdownChart(results, scenario) ??
    (idle
      ? barChart(cells, "TCP payload of an idle connection-hour", ["idleBytes"], "both ways")
      : barChart(cells, "TCP payload per delivery", ["bytesIn", "bytesOut"], "into the server", "out of it"));
  const charts = [
    percentileChart(cells, results),
    timelineChart(scenario, results),
    trialsChart(cells, scenario.isOfConnections),
    barChart(
      cells,
      "Whose time the delivery latency is",
      ["splitPublish", "splitServer", "splitWait", "splitClient"],
      "until the hub accepts it",
      "until it is written to the subscriber",
      "until the subscriber's process reads it",
      "until the client library hands it over",
    ),
    bytes,
    barChart(cells, "Server CPU per delivery", ["cpuUser", "cpuSystem"], "user", "system"),
    barChart(cells, "Server memory", ["rss"], "resident at the end"),
  ];
  return charts.flatMap((chart) =>
    chart && (chart.table || chart.spec.data.datasets.some((set) => set.data.length > 0)) ? chart : [],
  );
}
