const SECONDS = { suffix: "s", size: 1_000_000 };
const MILLISECONDS = { suffix: "ms", size: 1_000 };
const MICROSECONDS = { suffix: "µs", size: 1 };

/** A time as reports write it, with three significant digits: "412 µs", "4.12 ms". */
export function timeText(us: number): string {
  const { suffix, size } = [SECONDS, MILLISECONDS].find((unit) => Math.abs(us) >= unit.size) ?? MICROSECONDS;
  const value = us / size;
  const digits = value === 0 ? 0 : Math.min(3, Math.max(0, 2 - Math.floor(Math.log10(Math.abs(value)))));
  const form = { minimumFractionDigits: digits, maximumFractionDigits: digits };
  return `${value.toLocaleString("en-US", form)} ${suffix}`;
}
