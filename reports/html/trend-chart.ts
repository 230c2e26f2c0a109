import { METRICS, type MetricKey } from "../metrics/catalogue.ts";
import type { Observed } from "../model/cell.ts";
import { lookOf, type Shown } from "../model/looks.ts";
import type { TrendLine } from "../model/trend.ts";
import { type Column, columnOf, ranged } from "../prose/format.ts";
import { type Html, html } from "./html.ts";
import { logScale, marker, px, type Scale, zeroScale } from "./svg.ts";

const WIDTH = 330;
const PLOT = { left: 52, right: 322, top: 8, bottom: 168 };
/** How far apart the transports of one run stand, so that their intervals don't hide each other. */
const DODGE = 5;
/** An interval that reaches farther than this factor beyond the values is cut off at the edge. */
const REACH = 3;
/** More runs than these are not all named under the axis. */
const NAMED_RUNS = 10;

interface Point {
  readonly run: number;
  readonly figure: Observed;
}

/** Every transport as a line over the runs, in equal steps, with each run's interval; undefined where nothing was observed. */
export function trendChart(
  label: string,
  key: MetricKey,
  lines: readonly TrendLine[],
  runs: number,
  shown: readonly Shown[],
): Html | undefined {
  const series = lines.map(({ transport, figures }) => ({
    transport,
    points: figures.flatMap((figure, run) => (figure.kind === "observed" ? [{ run, figure }] : [])),
  }));
  const figures = series.flatMap(({ points }) => points.map(({ figure }) => figure));
  if (figures.length === 0) return undefined;
  const column = columnOf(
    METRICS[key].unit,
    figures.map(({ value }) => value),
  );
  const y = scaleOf(figures, column);
  const height = (value: number) => y.at(value / column.size);
  const step = runs > 1 ? (PLOT.right - PLOT.left - 40) / (runs - 1) : 0;
  const dodge = Math.min(DODGE, step / (2 * series.length));
  const place = (run: number, index: number) =>
    PLOT.left + 20 + run * step + (index - (series.length - 1) / 2) * dodge;
  return html`<svg class="plot-svg" viewBox="0 0 ${WIDTH} ${PLOT.bottom + 22}" role="img" aria-label="${label}">
${yAxis(y, column)}${xAxis(runs, (run) => PLOT.left + 20 + run * step)}
${series.map(({ transport, points }, index) => transportLine(key, transport, points, shown, height, (run) => place(run, index)))}</svg>`;
}

/** In the unit shown, so that the ticks are round in it. Ratios count: the axis is logarithmic unless a value is zero. */
function scaleOf(figures: readonly Observed[], { size }: Column): Scale {
  const values = figures.map(({ value }) => value / size);
  const [lowest, highest] = [Math.min(...values), Math.max(...values)];
  if (!(lowest > 0)) return zeroScale(values, PLOT.bottom, PLOT.top);
  const ends = figures.flatMap(({ interval }) =>
    interval
      ? [Math.max(interval.low / size, lowest / REACH), Math.min(interval.high / size, highest * REACH)]
      : [],
  );
  return logScale([...values, ...ends], PLOT.bottom, PLOT.top);
}

function yAxis(y: Scale, { suffix }: Column): Html {
  return html`${y.ticks.map(
    (tick) =>
      html`<path class="grid" d="M${PLOT.left} ${px(y.at(tick))}H${PLOT.right}"/><text x="${PLOT.left - 4}" y="${px(y.at(tick) + 4)}" text-anchor="end">${tickText(tick, suffix)}</text>`,
  )}`;
}

function tickText(tick: number, suffix: string): string {
  const number = tick < 1e6 ? tick.toLocaleString("en-US") : tick.toExponential();
  return suffix === "" || suffix === "/s" ? number + suffix : `${number} ${suffix}`;
}

function xAxis(runs: number, x: (run: number) => number): Html {
  const every = Math.ceil(runs / NAMED_RUNS);
  const named = Array.from({ length: Math.ceil(runs / every) }, (_, index) => index * every);
  return html`<path class="axis" d="M${PLOT.left} ${PLOT.bottom}H${PLOT.right}"/>${named.map(
    (run) => html`<text x="${px(x(run))}" y="${PLOT.bottom + 16}" text-anchor="middle">${run + 1}</text>`,
  )}`;
}

function transportLine(
  key: MetricKey,
  transport: string,
  points: readonly Point[],
  shown: readonly Shown[],
  y: (value: number) => number,
  x: (run: number) => number,
): Html {
  const { color, dash } = lookOf(transport, shown);
  // A run without the figure breaks the line: nothing is known of what lies between.
  const path = points.map(({ run, figure }, index) => {
    const follows = points[index - 1]?.run === run - 1;
    return `${follows ? "L" : "M"}${px(x(run))} ${px(y(figure.value))}`;
  });
  const spreads = points.flatMap(({ run, figure: { interval } }) =>
    interval ? [`M${px(x(run))} ${px(y(interval.low))}V${px(y(interval.high))}`] : [],
  );
  return html`<g fill="none" stroke="${color}"><path stroke-width="1.5" stroke-dasharray="${dash.join(" ")}" d="${path.join("")}"/>${
    spreads.length > 0 ? html`<path stroke-width="1.5" d="${spreads.join("")}"/>` : ""
  }</g>${points.map(
    ({ run, figure }) =>
      html`<g><title>${transport}, run ${run + 1}: ${ranged(METRICS[key].unit, figure)}</title>${marker(transport, shown, x(run), y(figure.value))}</g>`,
  )}
`;
}
