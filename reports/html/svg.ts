import { MARKERS } from "../../transports/port/markers.ts";
import { lookOf, type Shown } from "../model/looks.ts";
import { Html, html } from "./html.ts";

/** Values to places along one direction of a picture. */
export interface Scale {
  readonly ticks: readonly number[];
  readonly low: number;
  readonly high: number;
  /** In the picture's units; values beyond the ends are put at them. */
  at(value: number): number;
}

const MOST_TICKS = 4;

/** Equal distances are equal ratios. Values must be positive and finite; there must be one at least. */
export function logScale(values: readonly number[], from: number, to: number): Scale {
  const [first, last] = [Math.log(Math.min(...values)), Math.log(Math.max(...values))];
  // A single value, or equal ones, stand in the middle of a tenth to each side.
  const room = Math.max(Math.log(1.1), (last - first) * 0.12);
  // Within what a number can be, however far apart the values are.
  const start = Math.max(first - room, Math.log(Number.MIN_VALUE));
  const end = Math.min(last + room, Math.log(Number.MAX_VALUE));
  const [low, high] = [Math.exp(start), Math.exp(end)];
  const share = (value: number) => (Math.log(value) - start) / (end - start);
  return {
    ticks: end - start < Math.log(6) ? evenTicks(low, high) : decadeTicks(low, high),
    low,
    high,
    at: (value) => from + Math.min(Math.max(share(value), 0), 1) * (to - from),
  };
}

/** From zero, for counts that may be zero; ticks are whole. */
export function zeroScale(values: readonly number[], from: number, to: number): Scale {
  const high = Math.max(1, ...values) * 1.1;
  return {
    ticks: evenTicks(0, high).filter(Number.isInteger),
    low: 0,
    high,
    at: (value) => from + (Math.min(Math.max(value, 0), high) / high) * (to - from),
  };
}

function evenTicks(low: number, high: number): number[] {
  const rough = (high - low) / MOST_TICKS;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = ([1, 2, 5, 10].find((digit) => digit * power >= rough) ?? 10) * power;
  const first = Math.ceil(low / step);
  const many = Math.min(MOST_TICKS + 1, Math.floor(high / step) - first + 1);
  return Array.from({ length: Math.max(0, many) }, (_, index) =>
    Number(((first + index) * step).toPrecision(12)),
  );
}

function decadeTicks(low: number, high: number): number[] {
  const [first, last] = [Math.floor(Math.log10(low)), Math.ceil(Math.log10(high))];
  const every = Math.max(1, Math.ceil((last - first) / MOST_TICKS));
  const digits = last - first <= 2 ? [1, 2, 5] : [1];
  return Array.from({ length: Math.floor((last - first) / every) + 1 }, (_, index) => first + index * every)
    .flatMap((exponent) => digits.map((digit) => Number(`${digit}e${exponent}`)))
    .filter((tick) => tick >= low && tick <= high);
}

/** A place, with as many digits as one can see. */
export function px(value: number): string {
  return String(Number(value.toFixed(1)));
}

/** A transport's marker in its colour, centred there. */
export function marker(transport: string, shown: readonly Shown[], x: number, y: number): Html {
  const look = lookOf(transport, shown);
  const fill = look.hollow ? "var(--card)" : look.color;
  const place = `translate(${px(x - 5.6)} ${px(y - 5.6)}) scale(.8)`;
  return html`<g transform="${place}" fill="${fill}" stroke="${look.color}" stroke-width="2">${new Html(MARKERS[look.marker])}</g>`;
}

/** A name that fits into so many letters, whole on hover. */
export function shortName(name: string, letters: number): Html {
  const points = [...name];
  if (points.length <= letters) return html`${name}`;
  return html`${points.slice(0, letters - 1).join("")}…<title>${name}</title>`;
}
