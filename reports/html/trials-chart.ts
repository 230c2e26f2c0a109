import { METRICS, type MetricKey } from "../metrics/catalogue.ts";
import { type Cell, type Observed, observed, spreadOf } from "../model/cell.ts";
import { type Look, lookOf } from "../model/looks.ts";
import { ranged } from "../prose/format.ts";
import { axisTitle, type Chart, type Dataset, type Mark, type PointSource, timeAxis } from "./chart.ts";
import { pointSource } from "./traced.ts";

/** Rows of a transport above and below its middle. */
const ROWS = [
  { key: "deliveryP50", offset: -0.18, name: "p50" },
  { key: "deliveryP99", offset: 0.18, name: "p99" },
] as const;
const NOTHING_PUBLISHED: readonly MetricKey[] = ["readyP50", "readyP99"];

/** Every trial as a dot with its block, and the value over blocks with its interval or range as a bar behind them. */
export function trialsChart(cells: readonly Cell[], isOfConnections: boolean): Chart {
  const rows = ROWS.map((row, place) => ({
    ...row,
    key: isOfConnections ? (NOTHING_PUBLISHED[place] ?? row.key) : row.key,
  }));
  const transports = cells.filter((cell) => rows.some(({ key }) => positive(cell, key)));
  const drawn = transports.flatMap((cell, row) =>
    rows.flatMap(({ key, offset, name }) => {
      const figure = positive(cell, key);
      return figure ? { cell, key, figure, y: row + offset, name } : [];
    }),
  );
  const datasets = drawn.flatMap(({ cell, key, figure, y, name }) => {
    const look = lookOf(cell.transport, cells);
    const label = `${cell.transport}, ${name}`;
    const { path, trials, rule } = pointSource(cell, key);
    const { interval } = figure;
    const what = figure.tails ? "merged interval" : "interval";
    const ends = ["low", "high"].map((end) => (interval ? `${end} of the ${what}` : `${end}est`));
    return [
      dots(label, look, figure, y, { path, trials: trials.split(","), rule: "value" }),
      ...(figure.blocks > 1
        ? [bar(label, look, figure, y, { path, trials, rule: [ends[0] ?? "", rule, ends[1] ?? ""] })]
        : []),
    ];
  });
  const ends = drawn.flatMap(({ figure: { min, max, interval } }) => [
    min,
    max,
    ...(interval ? [interval.low, interval.high] : []),
  ]);
  const spread = spreadOf(cells) === "interval" ? "95 % interval of the geometric mean" : "range";
  return {
    title: isOfConnections ? "Time to ready, every trial" : "Delivery latency, every trial",
    caption: `One dot for each trial, p50 above p99${transports.some((cell) => cell.blockNumbers.length > 1) ? `; bar: ${spread}` : ""}. Logarithmic axis.`,
    wide: false,
    height: 84 + 46 * transports.length,
    keys: rows.map(({ key }) => key),
    spec: {
      type: "line",
      data: { datasets },
      options: {
        scales: {
          x: { type: "logarithmic", title: axisTitle("latency"), ...timeAxis(ends) },
          y: {
            type: "linear",
            min: -0.6,
            max: Math.max(0, transports.length - 1) + 0.6,
            reverse: true,
            marks: transports.map((cell, row): Mark => [row, cell.transport]),
          },
        },
        interaction: { mode: "nearest", intersect: false },
        plugins: { legend: { display: false } },
      },
    },
  };
}

/** A logarithmic axis has no place for zero. */
function positive(cell: Cell, key: MetricKey): Observed | undefined {
  const figure = observed(cell, key);
  return figure && figure.min > 0 && METRICS[key].unit === "micros" ? figure : undefined;
}

function dots(
  label: string,
  { color, marker, hollow }: Look,
  figure: Observed,
  y: number,
  source: PointSource,
): Dataset {
  return {
    label,
    source,
    data: figure.values.map((value) => [value, y] as const),
    blocks: figure.at,
    showLine: false,
    pointStyle: marker,
    pointRadius: 4,
    pointBorderWidth: 1.5,
    borderColor: color,
    backgroundColor: hollow ? "transparent" : `${color}99`,
  };
}

function bar(
  label: string,
  { color, dash }: Look,
  figure: Observed,
  y: number,
  source: PointSource,
): Dataset {
  const { low, high } = figure.interval ?? { low: figure.min, high: figure.max };
  const text = `${label}: ${ranged("micros", figure)}`;
  return {
    label,
    data: [
      [low, y],
      [figure.value, y],
      [high, y],
    ],
    texts: [text, text, text],
    source,
    borderColor: color,
    borderDash: dash,
    borderWidth: 3,
    pointStyle: ["line", "rectRot", "line"],
    pointRotation: 90,
    pointRadius: [7, 5, 7],
    pointBorderWidth: 2,
    backgroundColor: "transparent",
  };
}
