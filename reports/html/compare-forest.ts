import type { Shown } from "../model/looks.ts";
import { effect, times } from "../prose/format.ts";
import { type Html, html } from "./html.ts";
import { logScale, marker, px, type Scale, shortName } from "./svg.ts";

/** One transport's row of a forest plot. */
export interface ForestRow {
  readonly transport: string;
  /** Without an interval it is a dot alone; without an effect the row is left out. */
  readonly effect?: ForestEffect;
  /** The verdict in a word or two. */
  readonly word: string;
  /** Marks the word. */
  readonly kind?: "better" | "worse";
}

interface ForestEffect {
  readonly ratio: number;
  readonly interval?: { readonly low: number; readonly high: number };
}

const WIDTH = 330;
/** Words to the right of the plot have what they need, within limits. */
const PLOT = { from: 104, least: 206, most: 252 };
const CHARACTER = 5.3;
const GAP = 8;
const ROW = 24;
/** An interval that reaches farther than this factor beyond the effects is cut off, with an arrow. */
const REACH = 3;

/** An effect of each transport with its 95 % interval on a logarithmic axis, 1 and the margin (a share) marked; undefined where none can be drawn. */
export function forestPlot(
  label: string,
  rows: readonly ForestRow[],
  shown: readonly Shown[],
  margin: number,
): Html | undefined {
  const drawn = rows.flatMap((row) => (isDrawable(row.effect) ? { ...row, effect: row.effect } : []));
  if (drawn.length === 0) return undefined;
  const longest = Math.max(...drawn.map(({ word }) => word.length));
  const end = Math.max(PLOT.least, Math.min(PLOT.most, WIDTH - GAP - longest * CHARACTER));
  const scale = scaleOf(
    drawn.map((row) => row.effect),
    margin,
    end,
  );
  const bottom = drawn.length * ROW + 6;
  return html`<svg class="plot-svg" viewBox="0 0 ${WIDTH} ${bottom + 22}" role="img" aria-label="${label}">
${margin > 0 ? band(scale, margin, bottom) : ""}<path class="one" d="M${px(scale.at(1))} 0V${bottom}"/>
<path class="axis" d="M${PLOT.from} ${bottom}H${px(end)}"/>
${apart(scale).map((tick) => html`<text x="${px(scale.at(tick))}" y="${bottom + 15}" text-anchor="middle">${tickText(tick)}</text>`)}
${drawn.map((row, index) => rowMarks(row, scale, end, index * ROW + ROW / 2 + 2, shown))}</svg>`;
}

function isDrawable(seen: ForestEffect | undefined): seen is ForestEffect {
  return seen !== undefined && seen.ratio > 0 && Number.isFinite(seen.ratio);
}

function scaleOf(effects: readonly ForestEffect[], margin: number, end: number): Scale {
  const ratios = effects.map(({ ratio }) => ratio);
  const [lowest, highest] = [Math.min(1, ...ratios) / REACH, Math.max(1, ...ratios) * REACH];
  const ends = effects.flatMap(({ interval }) =>
    interval ? [Math.max(interval.low, lowest), Math.min(interval.high, highest)] : [],
  );
  return logScale([1 / (1 + margin), 1 + margin, 1, ...ratios, ...ends], PLOT.from, end);
}

function band(scale: Scale, margin: number, bottom: number): Html {
  const [left, right] = [scale.at(1 / (1 + margin)), scale.at(1 + margin)];
  return html`<path class="margin" d="M${px(left)} 0H${px(right)}V${bottom}H${px(left)}z"/>`;
}

function rowMarks(
  { transport, word, kind, effect: seen }: ForestRow & { readonly effect: ForestEffect },
  scale: Scale,
  end: number,
  y: number,
  shown: readonly Shown[],
): Html {
  const { interval, ratio } = seen;
  const line = interval
    ? html`<path stroke="var(--text)" fill="none" stroke-width="1.5" d="M${px(scale.at(interval.low))} ${y}H${px(scale.at(interval.high))}${arrows(interval, scale, end, y)}"/>`
    : "";
  return html`<g><title>${transport}: ${effect(ratio, interval)}, ${word}</title>${line}${marker(transport, shown, scale.at(ratio), y)}
<text class="name" x="0" y="${y + 4}">${shortName(transport, 17)}</text><text x="${px(end + GAP)}" y="${y + 4}"${kind === undefined ? "" : html` style="fill: var(${kind === "worse" ? "--bad" : "--accent"}); font-weight: 600"`}>${word}</text></g>
`;
}

/** The heads at the ends that lie beyond the picture. */
function arrows(
  { low, high }: { readonly low: number; readonly high: number },
  scale: Scale,
  end: number,
  y: number,
): string {
  const left = low < scale.low ? `M${PLOT.from + 5} ${y - 4}l-5 4l5 4` : "";
  const right = high > scale.high ? `M${px(end - 5)} ${y - 4}l5 4l-5 4` : "";
  return left + right;
}

/** Those of the ticks, from the left, whose labels do not touch. */
function apart({ ticks, at }: Scale): number[] {
  let free = Number.NEGATIVE_INFINITY;
  return ticks.filter((tick) => {
    const half = (tickText(tick).length * CHARACTER) / 2;
    if (at(tick) - half < free) return false;
    free = at(tick) + half + GAP;
    return true;
  });
}

function tickText(tick: number): string {
  return tick < 9.95 && !Number.isInteger(tick * 10) ? `${Number(tick.toPrecision(3))}x` : times(tick);
}
