import type { Observed } from "../cell.ts";
import { columnOf, ranged } from "../format.ts";
import { METRICS, type MetricKey } from "../metrics.ts";
import type { TrendLine } from "../trend.ts";
import { lookOf } from "../wires.ts";
import { type Html, html } from "./html.ts";
import { logScale, marker, px, type Scale, zeroScale } from "./svg.ts";

const WIDTH = 330;
const PLOT = { left: 52, right: 322, top: 8, bottom: 168 };
/** How far apart the wires of one run stand, so that their intervals don't hide each other. */
const DODGE = 5;
/** An interval that reaches farther than this factor beyond the values is cut off at the edge. */
const REACH = 3;
/** More runs than these are not all named under the axis. */
const NAMED_RUNS = 10;

interface Point {
  readonly run: number;
  readonly figure: Observed;
}

/** Every wire as a line over the runs, in equal steps, with each run's interval; undefined where nothing was observed. */
export function trendChart(
  label: string,
  key: MetricKey,
  lines: readonly TrendLine[],
  runs: number,
  shown: readonly string[],
): Html | undefined {
  const series = lines.map(({ transport, figures }) => ({
    transport,
    points: figures.flatMap((figure, run) => (figure.kind === "observed" ? [{ run, figure }] : [])),
  }));
  const values = series.flatMap(({ points }) => points.map(({ figure }) => figure.value));
  if (values.length === 0 || !values.every(Number.isFinite)) return undefined;
  const y = scaleOf(
    values,
    series.flatMap(({ points }) => points.map(({ figure }) => figure)),
  );
  const step = runs > 1 ? (PLOT.right - PLOT.left - 40) / (runs - 1) : 0;
  const dodge = Math.min(DODGE, step / (2 * series.length));
  const place = (run: number, index: number) =>
    PLOT.left + 20 + run * step + (index - (series.length - 1) / 2) * dodge;
  return html`<svg class="plot-svg" viewBox="0 0 ${WIDTH} ${PLOT.bottom + 22}" role="img" aria-label="${label}">
${yAxis(key, y)}${xAxis(runs, (run) => PLOT.left + 20 + run * step)}
${series.map(({ transport, points }, index) => wireLine(key, transport, points, shown, y, (run) => place(run, index)))}</svg>`;
}

/** Ratios count, so that the axis is logarithmic unless a value is zero. */
function scaleOf(values: readonly number[], figures: readonly Observed[]): Scale {
  const [lowest, highest] = [Math.min(...values), Math.max(...values)];
  if (!(lowest > 0)) return zeroScale(values, PLOT.bottom, PLOT.top);
  const ends = figures.flatMap(({ interval }) =>
    interval ? [Math.max(interval.low, lowest / REACH), Math.min(interval.high, highest * REACH)] : [],
  );
  return logScale([...values, ...ends], PLOT.bottom, PLOT.top);
}

function yAxis(key: MetricKey, y: Scale): Html {
  const column = columnOf(
    METRICS[key].unit,
    y.ticks.filter((tick) => tick > 0),
  );
  const text = (tick: number) =>
    `${column.text(tick)}${column.suffix === "/s" ? "/s" : ` ${column.suffix}`}`.trim();
  return html`${y.ticks.map(
    (tick) =>
      html`<path class="grid" d="M${PLOT.left} ${px(y.at(tick))}H${PLOT.right}"/><text x="${PLOT.left - 4}" y="${px(y.at(tick) + 4)}" text-anchor="end">${text(tick)}</text>`,
  )}`;
}

function xAxis(runs: number, x: (run: number) => number): Html {
  const every = Math.ceil(runs / NAMED_RUNS);
  const named = Array.from({ length: Math.ceil(runs / every) }, (_, index) => index * every);
  return html`<path class="axis" d="M${PLOT.left} ${PLOT.bottom}H${PLOT.right}"/>${named.map(
    (run) => html`<text x="${px(x(run))}" y="${PLOT.bottom + 16}" text-anchor="middle">${run + 1}</text>`,
  )}`;
}

function wireLine(
  key: MetricKey,
  transport: string,
  points: readonly Point[],
  shown: readonly string[],
  y: Scale,
  x: (run: number) => number,
): Html {
  const { color, dash } = lookOf(transport, shown);
  // A run without the figure breaks the line: nothing is known of what lies between.
  const path = points.map(({ run, figure }, index) => {
    const follows = points[index - 1]?.run === run - 1;
    return `${follows ? "L" : "M"}${px(x(run))} ${px(y.at(figure.value))}`;
  });
  const spreads = points.flatMap(({ run, figure: { interval } }) =>
    interval ? [`M${px(x(run))} ${px(y.at(interval.low))}V${px(y.at(interval.high))}`] : [],
  );
  return html`<g fill="none" stroke="${color}"><path stroke-width="1.5" stroke-dasharray="${dash.join(" ")}" d="${path.join("")}"/>${
    spreads.length > 0 ? html`<path stroke-width="1.5" d="${spreads.join("")}"/>` : ""
  }</g>${points.map(
    ({ run, figure }) =>
      html`<g><title>${transport}, run ${run + 1}: ${ranged(METRICS[key].unit, figure)}</title>${marker(transport, shown, x(run), y.at(figure.value))}</g>`,
  )}
`;
}
