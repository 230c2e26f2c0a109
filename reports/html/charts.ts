import type { ScenarioSummary } from "../summary.ts";
import { barChart } from "./bar-chart.ts";
import type { Chart } from "./chart.ts";
import { percentileChart } from "./percentile-chart.ts";

/** The pictures of a scenario, in a fixed order so that sections compare; those without a figure are left out. */
export function chartsOf({ cells }: ScenarioSummary): Chart[] {
  return [
    percentileChart(cells),
    barChart(cells, "TCP payload per delivery", ["bytesIn", "bytesOut"], "into the server", "out of it"),
    barChart(cells, "Server CPU per delivery", ["cpuUser", "cpuSystem"], "user", "system"),
    barChart(cells, "Server memory", ["rss"], "resident at the end"),
  ].filter((chart) => chart.spec.data.datasets.some((set) => set.data.length > 0));
}
