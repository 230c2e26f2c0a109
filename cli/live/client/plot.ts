import { timeAxis } from "../../../reports/html/chart.ts";
import { quantity } from "../../../reports/prose/format.ts";
import type { LiveTransport, LiveTrial } from "../messages.ts";
import { drawn, marker } from "./elements.ts";

const WIDTH = 720;
const PLOT = { from: 150, to: 680 };
const ROW = 30;

/** The median of each trial of a scenario as a mark in its transport's row, on a logarithmic axis; undefined where none has one yet. */
export function medianPlot(
  scenario: string,
  trials: readonly LiveTrial[],
  transports: readonly LiveTransport[],
): SVGElement | undefined {
  const points = trials.flatMap(({ p50, ...one }) =>
    one.scenario === scenario && p50 !== null && p50 > 0 ? [{ ...one, p50 }] : [],
  );
  if (points.length === 0) return undefined;
  const { min, max, marks } = timeAxis(points.map(({ p50 }) => p50));
  const at = (micros: number) =>
    PLOT.from + (Math.log(micros / min) / Math.log(max / min)) * (PLOT.to - PLOT.from);
  const height = transports.length * ROW + 30;
  const svg = drawn("svg", {
    viewBox: `0 0 ${WIDTH} ${height}`,
    role: "img",
    "aria-label": `Median delivery latency of each trial of ${scenario} by transport, on a logarithmic axis; the table below has the figures`,
  });
  for (const [micros, text] of marks) {
    const x = at(micros);
    svg.append(drawn("line", { x1: x, x2: x, y1: 0, y2: height - 24 }));
    svg.append(drawn("text", { x, y: height - 6, "text-anchor": "middle" }, text));
  }
  transports.forEach((shown, index) => {
    const { name } = shown;
    const y = index * ROW + ROW / 2;
    const short = name.length > 16 ? `${name.slice(0, 15)}…` : name;
    svg.append(drawn("text", { x: 0, y: y + 4, class: "transport" }, short));
    for (const { p50, block, state } of points.filter(({ transport }) => transport === name)) {
      const mark = marker(shown, {
        ...{ x: at(p50) - 7, y: y - 7, width: 14, height: 14, overflow: "visible" },
        opacity: state === "completed" ? 1 : 0.35,
      });
      const text = `${name}, block ${block}: ${quantity("micros", p50)}, ${state}`;
      mark.append(drawn("title", {}, text));
      svg.append(mark);
    }
  });
  return svg;
}
