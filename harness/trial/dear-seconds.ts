import type { Metrics } from "../result/result.ts";

/** An interval is dear when its CPU is over so many times the trial's median. */
const TIMES = 2;
/** Of fewer, the median says nothing of a single one. */
const LEAST_INTERVALS = 3;

/**
 * The intervals of the measured time in which the server used over twice the CPU of the median one, and over twice as much for a delivery, so
 * that it is not the load that grew; told with the trial's figure with and without them. Undefined where there is none: nothing is left out
 * of the figure itself.
 */
export function dearSeconds({ timeline, measuredSeconds, sliced }: Metrics): string | undefined {
  const timed = timeline.flatMap(
    ({ fromSeconds, seconds, deliveries, serverCpuUserUs, serverCpuSystemUs }) =>
      serverCpuUserUs === undefined ||
      serverCpuSystemUs === undefined ||
      fromSeconds + seconds > measuredSeconds + 0.001
        ? []
        : { fromSeconds, deliveries, cpuUs: serverCpuUserUs + serverCpuSystemUs, seconds },
  );
  const busy = timed.filter(({ deliveries }) => deliveries > 0);
  if (busy.length < LEAST_INTERVALS) return undefined;
  const usual = median(busy.map(({ cpuUs, seconds }) => cpuUs / seconds));
  const usualEach = median(busy.map(costOf));
  const dear = busy.filter(
    (one) => one.cpuUs / one.seconds > TIMES * usual && costOf(one) > TIMES * usualEach,
  );
  const [worst] = dear.toSorted((a, b) => b.cpuUs / b.seconds - a.cpuUs / a.seconds);
  if (!worst) return undefined;
  const what = sliced ? "slice" : "second";
  const which =
    dear.length === 1
      ? `${what} ${timed.indexOf(worst) + 1} used ${times(worst, usual)} times the server CPU of the median ${what}`
      : `${dear.length} of ${busy.length} ${what}s used over twice the server CPU of the median ${what}, the worst ${times(worst, usual)} times`;
  const without = busy.filter((one) => !dear.includes(one));
  return `${which}: ${perDelivery(busy)} us a delivery with ${dear.length === 1 ? "it" : "them"}, ${perDelivery(without)} without`;
}

interface Interval {
  readonly deliveries: number;
  readonly cpuUs: number;
  readonly seconds: number;
}

function costOf({ cpuUs, deliveries }: Interval): number {
  return cpuUs / deliveries;
}

function times({ cpuUs, seconds }: Interval, usual: number): string {
  return (cpuUs / seconds / usual).toFixed(1);
}

function perDelivery(intervals: readonly Interval[]): string {
  const sum = (of: (one: Interval) => number) => intervals.reduce((total, one) => total + of(one), 0);
  return (sum(({ cpuUs }) => cpuUs) / sum(({ deliveries }) => deliveries)).toPrecision(3);
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const [low = 0, high = 0] =
    sorted.length % 2 === 1 ? [sorted[middle], sorted[middle]] : sorted.slice(middle - 1);
  return (low + high) / 2;
}
