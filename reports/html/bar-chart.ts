import { METRICS, type MetricKey } from "../metrics/catalogue.ts";
import { pointerOf } from "../metrics/metric.ts";
import { type Cell, observed, replicateAmong, spreadOf } from "../model/cell.ts";
import { lookOf } from "../model/looks.ts";
import { columnOf, quantity, ranged } from "../prose/format.ts";
import { replicates } from "../prose/text.ts";
import { axisTitle, type Chart, type Dataset } from "./chart.ts";
import { pointSource, trialsOf } from "./traced.ts";

/** Opacity of a bar's parts, from the axis on. */
const SHADES = ["D9", "59", "99", "33"] as const;

/** One bar a transport from zero, stacked where there are several parts, with each block's own trial as a dot on it. */
export function barChart(
  cells: readonly Cell[],
  name: string,
  keys: readonly MetricKey[],
  ...parts: string[]
): Chart {
  const transports = cells.filter((cell) => keys.some((key) => observed(cell, key)));
  const labels = transports.map((cell) => cell.transport);
  const looks = transports.map((cell) => lookOf(cell.transport, cells));
  const { unit } = METRICS[keys[0] ?? "rss"];
  const sums = transports.flatMap((cell) => totals(cell, keys));
  const column = columnOf(unit, sums);
  const datasets = keys.map((key, index) => ({
    label: parts[index] ?? "",
    data: transports.map((cell) => (observed(cell, key)?.value ?? 0) / column.size),
    texts: transports.map((cell) => {
      const figure = observed(cell, key);
      return figure ? `${parts[index]}: ${ranged(unit, figure)}` : "";
    }),
    source: {
      path: pointerOf(METRICS[key]),
      trials: transports.map((cell) => pointSource(cell, key).trials),
      rule: transports.map((cell) => pointSource(cell, key).rule),
    },
    backgroundColor: looks.map(({ color }) => `${color}${SHADES[index % SHADES.length]}`),
    borderColor: looks.map(({ color }) => color),
    borderWidth: 1,
    maxBarThickness: 22,
  }));
  const trials = transports.flatMap((cell) =>
    totals(cell, keys).map((value) => ({
      cell,
      value,
      point: { x: value / column.size, y: cell.transport },
    })),
  );
  const replicate = replicateAmong(transports);
  const dots: Dataset = {
    type: "scatter",
    label: `each ${replicate}`,
    data: trials.map(({ point }) => point),
    texts: trials.map(({ value }) => `one ${replicate}: ${quantity(unit, value)}`),
    source: {
      path: keys.map((key) => pointerOf(METRICS[key])).join(" "),
      trials: transports.flatMap((cell) =>
        (observed(cell, keys[0] ?? "rss")?.at ?? []).map((block) => trialsOf(cell, [block])),
      ),
      rule: "sum",
    },
    dots: true,
    pointRadius: 2,
    pointStyle: "circle",
  };
  const several = transports.some((cell) => cell.blockNumbers.length > 1);
  const order =
    keys.length > 2
      ? `From the axis: ${parts.join(", ")}. `
      : keys.length === 2
        ? `Solid: ${parts[0]}; pale: ${parts[1]}. `
        : "";
  const isMean = METRICS[keys[0] ?? "rss"].combine === "mean";
  const kind = isMean ? "Mean" : spreadOf(cells) === "interval" ? "Geometric mean" : "Median";
  return {
    title: name,
    caption:
      order +
      (several ? `${kind} over ${replicates(replicate)}; dots: each ${replicate}.` : `One ${replicate}.`),
    wide: false,
    height: 76 + 30 * transports.length,
    keys,
    spec: {
      type: "bar",
      data: { labels, datasets: several ? [dots, ...datasets] : transports.length > 0 ? datasets : [] },
      options: {
        indexAxis: "y",
        scales: {
          x: { type: "linear", title: axisTitle(column.suffix), min: 0, stacked: true },
          y: { type: "category", stacked: true },
        },
        plugins: { legend: { display: false } },
      },
    },
  };
}

/** The stacked height of each block's own trial. */
function totals(cell: Cell, keys: readonly MetricKey[]): number[] {
  const parts = keys.map((key) => observed(cell, key)?.values ?? []);
  return (parts[0] ?? []).map((_, block) => parts.reduce((sum, values) => sum + (values[block] ?? 0), 0));
}
