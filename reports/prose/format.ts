/** What a number means; its value is in microseconds, seconds, bytes, events a second, events, or a share of 1. */
export type Unit = "micros" | "seconds" | "bytes" | "perSecond" | "count" | "share" | "processors";

interface Scale {
  readonly suffix: string;
  readonly size: number;
}

const SCALES: Record<Unit, readonly [Scale, ...Scale[]]> = {
  micros: [
    { suffix: "µs", size: 1 },
    { suffix: "ms", size: 1e3 },
    { suffix: "s", size: 1e6 },
  ],
  seconds: [
    { suffix: "µs", size: 1e-6 },
    { suffix: "ms", size: 1e-3 },
    { suffix: "s", size: 1 },
  ],
  bytes: [
    { suffix: "B", size: 1 },
    { suffix: "KiB", size: 1024 },
    { suffix: "MiB", size: 1024 ** 2 },
    { suffix: "GiB", size: 1024 ** 3 },
  ],
  perSecond: [{ suffix: "/s", size: 1 }],
  count: [{ suffix: "", size: 1 }],
  share: [{ suffix: "%", size: 0.01 }],
  processors: [{ suffix: "", size: 1 }],
};

/** Beyond this many of a unit, digits say less than the exponent. */
const TOO_LONG = 1e9;

/** How one column of figures is written: one unit, one number of decimals. */
export interface Column {
  readonly suffix: string;
  /** How many of the base unit make one of the shown unit. */
  readonly size: number;
  /** The number without its unit. */
  text(value: number): string;
}

/**
 * The one way to write all these values: the unit keeps the largest under ten thousand, and the smallest has three
 * significant digits, or two where the column spans a factor of ten.
 */
export function columnOf(unit: Unit, values: readonly number[]): Column {
  const positive = values.filter((value) => value > 0);
  const lowest = positive.length > 0 ? Math.min(...positive) : 0;
  const highest = Math.max(0, ...positive);
  const whole = SCALES[unit].findLast(({ size }) => lowest >= size) ?? SCALES[unit][0];
  const scale = SCALES[unit].find(({ size }) => size >= whole.size && highest < size * 10_000) ?? whole;
  const digits = unit === "share" || highest >= lowest * 10 ? 2 : 3;
  const decimals = unit === "count" || lowest === 0 ? 0 : decimalsFor(lowest / scale.size, digits);
  return { suffix: scale.suffix, size: scale.size, text: (value) => written(value / scale.size, decimals) };
}

/** One figure with its unit, standing alone: "1.93 ms". */
export function quantity(unit: Unit, value: number): string {
  const column = columnOf(unit, [Math.abs(value)]);
  return withUnit(column.text(value), column);
}

/** A figure that stands for itself, such as a limit somebody has set: with more digits than `quantity` where it has more, "0.125 %". */
export function exactQuantity(unit: Unit, value: number): string {
  const column = columnOf(unit, [Math.abs(value)]);
  const number = Number((value / column.size).toPrecision(12));
  const text = column.text(value);
  const isExact = Math.abs(Number(text.replaceAll(",", "")) - number) <= 1e-9 * Math.abs(number);
  return withUnit(isExact ? text : number.toLocaleString("en-US", { maximumFractionDigits: 12 }), column);
}

/** A figure beside another that it differs from: with as many digits as it takes to see that, "20.04 ms" beside "20.0 ms". */
export function quantityBeside(unit: Unit, value: number, other: number): string {
  const text = quantity(unit, value);
  if (value === other || text !== quantity(unit, other)) return text;
  const column = columnOf(unit, [Math.abs(value)]);
  const apart = [4, 5, 6, 8, 10, 12, 15].map((digits) => Number((value / column.size).toPrecision(digits)));
  const shown =
    apart.find((one) => Math.abs(one - other / column.size) > 1e-12 * Math.abs(one)) ?? value / column.size;
  return withUnit(shown.toLocaleString("en-US", { maximumFractionDigits: 15 }), column);
}

/** A round number with its unit, without the zeros that only show precision: "2 ms", as on an axis. */
export function roundQuantity(unit: Unit, value: number): string {
  return quantity(unit, value).replace(/\.0+(?= )/, "");
}

/** A value over blocks, as ranged() writes it. */
interface Spreading {
  readonly value: number;
  readonly interval?: { readonly low: number; readonly high: number };
  readonly min: number;
  readonly max: number;
  readonly blocks: number;
}

/**
 * A value with its interval, or without one its range over blocks: "1.93 ms (1.80–2.04)"; of a single block the value alone.
 * Where the reader expects intervals, a range is named: "1.93 ms (range 1.80–2.04)".
 */
export function ranged(
  unit: Unit,
  figure: Spreading,
  column = columnOf(unit, figureNumbers(figure)),
  expected: "interval" | "range" = figure.interval ? "interval" : "range",
): string {
  const value = withUnit(column.text(figure.value), column);
  const spread = spreadText(figure, column, expected);
  return spread === undefined ? value : `${value} (${spread})`;
}

/** The interval or range alone: "1.80–2.04"; undefined of a single block. */
export function spreadText(
  { interval, min, max, blocks }: Spreading,
  column: Column,
  expected: "interval" | "range",
): string | undefined {
  if (interval) return between(interval.low, interval.high, column.text);
  if (blocks < 2) return undefined;
  return `${expected === "interval" ? "range " : ""}${between(min, max, column.text)}`;
}

/** The numbers a reader sees of the figure, for choosing a column's unit and digits. */
export function figureNumbers({ value, interval, min, max }: Spreading): number[] {
  return interval ? [interval.low, value, interval.high] : [min, value, max];
}

/** An effect with its 95 % interval: "1.20x (1.12–1.29)"; from ten on one decimal, from a hundred none. */
export function effect(ratio: number, interval?: { readonly low: number; readonly high: number }): string {
  const text = `${effectNumber(ratio)}x`;
  return interval ? `${text} (${effectRange(interval)})` : text;
}

/** The interval of an effect alone: "1.12–1.29". */
export function effectRange({ low, high }: { readonly low: number; readonly high: number }): string {
  return between(low, high, effectNumber);
}

function effectNumber(ratio: number): string {
  if (ratio > 0 && ratio < 0.0995) return written(ratio, Math.min(6, 1 + Math.ceil(-Math.log10(ratio))));
  return written(ratio, ratio < 9.95 ? 2 : ratio < 99.5 ? 1 : 0);
}

function between(low: number, high: number, text: (value: number) => string): string {
  return `${text(low)}–${text(high)}`;
}

/** A ratio: "1.4x"; from a hundred on, "140x". */
export function times(ratio: number): string {
  return `${written(ratio, ratio < 99.5 ? 1 : 0)}x`;
}

function withUnit(text: string, { suffix }: Column): string {
  return suffix === "/s" || suffix === "" ? text + suffix : `${text} ${suffix}`;
}

function decimalsFor(value: number, digits: number): number {
  return Math.min(3, Math.max(0, digits - 1 - Math.floor(Math.log10(value))));
}

function written(value: number, decimals: number): string {
  if (Math.abs(value) >= TOO_LONG) return value.toExponential(1);
  return formatOf(decimals).format(value);
}

const formats = new Map<number, Intl.NumberFormat>();

/** One for each number of decimals, since a page has thousands of figures, and to make one takes forty times as long as to use it. */
function formatOf(decimals: number): Intl.NumberFormat {
  const format =
    formats.get(decimals) ??
    new Intl.NumberFormat("en-US", { minimumFractionDigits: decimals, maximumFractionDigits: decimals });
  formats.set(decimals, format);
  return format;
}
