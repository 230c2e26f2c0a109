import type { ReadingFinding } from "../../claims/document.ts";
import { type Html, html } from "../html/html.ts";
import { logScale, px } from "../html/svg.ts";
import { atText, valueText } from "./words.ts";

const WIDTH = 330;
const PLOT = { left: 52, right: 322, top: 16, bottom: 156 };
/** Between the frame and the places at its ends. */
const MARGIN = 20;
/** How far apart 0 stands, which has no place on a logarithmic axis. */
const APART = 44;
/** An interval that reaches farther than this factor beyond the values is cut off at the edge. */
const REACH = 3;

type State = ReadingFinding["places"][number]["outcome"]["state"];

/**
 * A reading's figure over its axis, with intervals, the values that agree with the claim as a band, and where it turns; undefined with fewer than two
 * places. Both axes are logarithmic.
 */
export function ratioChart({
  places,
  axis,
  unit = "x",
  says = {},
  agreeing = {},
  turns,
  figure,
}: ReadingFinding): Html | undefined {
  const points = places.flatMap(({ at, outcome: { value, interval, state } }) =>
    at !== undefined && value !== undefined && value > 0 ? [{ at, value, interval, state }] : [],
  );
  if (points.length < 2 || axis === undefined) return undefined;
  const values = points.map(({ value }) => value);
  const [lowest, highest] = [Math.min(...values) / REACH, Math.max(...values) * REACH];
  const ends = points.flatMap(({ interval }) =>
    interval ? [Math.max(interval.low, lowest), Math.min(interval.high, highest)] : [],
  );
  const own = [says.low, says.high].flatMap((one) => (one !== undefined && one > 0 ? [one] : []));
  const claimed = [agreeing.low, agreeing.high].flatMap((one) => (one !== undefined && one > 0 ? [one] : []));
  const y = logScale([...values, ...ends, ...own, ...claimed], PLOT.bottom, PLOT.top);
  const x = placed(points.map(({ at }) => at));
  const top = agreeing.high === undefined ? PLOT.top : y.at(agreeing.high);
  const bottom = agreeing.low === undefined ? PLOT.bottom : y.at(agreeing.low);
  const spots = points.map((point) => ({ ...point, left: x(point.at), top: y.at(point.value) }));
  const estimates = turns.flatMap(({ estimate }) => (estimate === undefined ? [] : [estimate]));
  return html`<svg class="plot-svg" viewBox="0 0 ${WIDTH} ${PLOT.bottom + 36}" role="img" aria-label="${figure ?? ""} over ${axis}; the figures are in the table">
<path class="margin" d="M${PLOT.left} ${px(top)}H${PLOT.right}V${px(bottom)}H${PLOT.left}z"/>
${y.ticks.map((tick) => html`<path class="grid" d="M${PLOT.left} ${px(y.at(tick))}H${PLOT.right}"/><text x="${PLOT.left - 4}" y="${px(y.at(tick) + 4)}" text-anchor="end">${valueText(unit, { value: tick })}</text>`)}
${own.map((one) => html`<path class="one" d="M${PLOT.left} ${px(y.at(one))}H${PLOT.right}"/>`)}
<path class="axis" d="M${PLOT.left} ${PLOT.bottom}H${PLOT.right}"/>
${spots.map(({ at, left }) => html`<text x="${px(left)}" y="${PLOT.bottom + 15}" text-anchor="middle">${at.toLocaleString("en-US")}</text>`)}
<text x="${px((PLOT.left + PLOT.right) / 2)}" y="${PLOT.bottom + 31}" text-anchor="middle">${axis}</text>
${estimates.map((one) => html`<path class="turn" stroke="var(--warn)" stroke-width="1.5" stroke-dasharray="1 3" d="M${px(x(one))} ${PLOT.top}V${PLOT.bottom}"/><text x="${px(x(one))}" y="${PLOT.top - 5}" text-anchor="middle">≈ ${Number(one.toPrecision(2)).toLocaleString("en-US")}</text>`)}
${spots.slice(1).map((to, index) => line(spots[index] ?? to, to))}
${spots.map(({ at, left, top: height, value, interval, state }) => html`<g><title>${atText(at, axis)}: ${valueText(unit, { value, interval })}</title>${interval ? html`<path stroke="var(--text)" stroke-width="1.5" d="M${px(left)} ${px(y.at(interval.low))}V${px(y.at(interval.high))}"/>` : ""}${mark(state, left, height)}</g>`)}
</svg>
${legend(estimates.length > 0)}`;
}

/** Where places stand: equal distances are equal ratios, and what is 0 stands apart at the left. */
function placed(all: readonly number[]): (at: number) => number {
  const positive = all.filter((at) => at > 0);
  const [low, high] = [Math.log(Math.min(...positive)), Math.log(Math.max(...positive))];
  const right = PLOT.right - MARGIN;
  const left = PLOT.left + MARGIN + (positive.length < all.length ? APART : 0);
  return (at) => {
    if (at <= 0) return PLOT.left + MARGIN;
    return high > low ? left + ((Math.log(at) - low) / (high - low)) * (right - left) : right;
  };
}

interface Spot {
  readonly at: number;
  readonly left: number;
  readonly top: number;
}

/** From place to place; from 0 on it is no line of the axis. */
function line(from: Spot, to: Spot): Html {
  const dashes = from.at > 0 ? "" : html` stroke-dasharray="2 4"`;
  return html`<path fill="none" stroke="var(--text)" stroke-width="1.5"${dashes} d="M${px(from.left)} ${px(from.top)}L${px(to.left)} ${px(to.top)}"/>`;
}

/** Marks differ in shape as well as in colour. */
function mark(state: State, x: number, y: number): Html {
  if (state === "holds") return html`<circle cx="${px(x)}" cy="${px(y)}" r="4.5" fill="var(--accent)"/>`;
  if (state === "contradicted")
    return html`<rect x="${px(x - 4)}" y="${px(y - 4)}" width="8" height="8" fill="var(--bad)"/>`;
  return html`<circle cx="${px(x)}" cy="${px(y)}" r="4" fill="var(--card)" stroke="var(--soft)" stroke-width="2"/>`;
}

function legend(hasTurn: boolean): Html {
  const sample = (drawn: Html) =>
    html`<svg width="16" height="12" viewBox="0 0 16 12" aria-hidden="true">${drawn}</svg> `;
  const entries = [
    html`${sample(mark("holds", 8, 6))}agrees`,
    html`${sample(mark("contradicted", 8, 6))}does not`,
    html`${sample(mark("unclear", 8, 6))}not clear`,
    html`${sample(html`<path fill="var(--line)" d="M0 0H16V12H0z"/>`)}what agrees, tolerance included`,
    html`${sample(html`<path stroke="var(--soft)" stroke-dasharray="3 3" d="M0 6H16"/>`)}what the sentence says`,
    ...(hasTurn
      ? [
          html`${sample(html`<path stroke="var(--warn)" stroke-width="1.5" stroke-dasharray="1 3" d="M8 0V12"/>`)}where the figure is that (estimate)`,
        ]
      : []),
  ];
  return html`<p><small>${entries.map((entry, index) => html`${index === 0 ? "" : ", "}${entry}`)}. Both axes are logarithmic; a 0 stands apart.</small></p>`;
}
