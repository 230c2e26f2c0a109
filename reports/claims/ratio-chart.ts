import type { ReadingFinding } from "../../claims/document.ts";
import { type Html, html } from "../html/html.ts";
import { logScale, px } from "../html/svg.ts";
import { atText, valueText } from "./words.ts";

const WIDTH = 330;
const PLOT = { left: 52, right: 322, top: 8, bottom: 148 };
/** An interval that reaches farther than this factor beyond the values is cut off at the edge. */
const REACH = 3;

/** A reading's figure over its axis, with intervals, and the values that agree with the claim as a band; undefined with fewer than two places. */
export function ratioChart({
  places,
  axis,
  unit = "x",
  agreeing = {},
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
  const claimed = [agreeing.low, agreeing.high].filter((one) => one !== undefined && one > 0);
  const y = logScale([...values, ...ends, ...claimed.flatMap((one) => one ?? [])], PLOT.bottom, PLOT.top);
  const step = (PLOT.right - PLOT.left - 40) / (points.length - 1);
  const x = (index: number) => PLOT.left + 20 + index * step;
  const top = agreeing.high === undefined ? PLOT.top : y.at(agreeing.high);
  const bottom = agreeing.low === undefined ? PLOT.bottom : y.at(agreeing.low);
  const path = points
    .map(({ value }, index) => `${index === 0 ? "M" : "L"}${px(x(index))} ${px(y.at(value))}`)
    .join("");
  return html`<svg class="plot-svg" viewBox="0 0 ${WIDTH} ${PLOT.bottom + 36}" role="img" aria-label="${figure ?? ""} over ${axis}; the figures are in the table">
<path class="margin" d="M${PLOT.left} ${px(top)}H${PLOT.right}V${px(bottom)}H${PLOT.left}z"/>
${y.ticks.map((tick) => html`<path class="grid" d="M${PLOT.left} ${px(y.at(tick))}H${PLOT.right}"/><text x="${PLOT.left - 4}" y="${px(y.at(tick) + 4)}" text-anchor="end">${valueText(unit, { value: tick })}</text>`)}
<path class="axis" d="M${PLOT.left} ${PLOT.bottom}H${PLOT.right}"/>
${points.map(({ at }, index) => html`<text x="${px(x(index))}" y="${PLOT.bottom + 15}" text-anchor="middle">${at.toLocaleString("en-US")}</text>`)}
<text x="${px((PLOT.left + PLOT.right) / 2)}" y="${PLOT.bottom + 31}" text-anchor="middle">${axis}</text>
<path fill="none" stroke="var(--text)" stroke-width="1.5" d="${path}"/>
${points.map(({ at, value, interval, state }, index) => html`<g><title>${atText(at, axis)}: ${valueText(unit, { value, interval })}, ${state}</title>${interval ? html`<path stroke="var(--text)" stroke-width="1.5" d="M${px(x(index))} ${px(y.at(interval.low))}V${px(y.at(interval.high))}"/>` : ""}<circle cx="${px(x(index))}" cy="${px(y.at(value))}" r="4" fill="var(${state === "holds" ? "--accent" : state === "contradicted" ? "--bad" : "--soft"})"/></g>`)}
</svg>`;
}
