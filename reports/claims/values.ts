import type { Figure, Term } from "../../claims/claim.ts";
import type { Trial } from "../../harness/result/result.ts";
import { DELIVERIES } from "../metrics/deliveries.ts";
import type { Metric } from "../metrics/metric.ts";
import { metricAt, metricNamed } from "../metrics/names.ts";

/** The values of a figure, one a block that has it, and why others are missing. */
export interface FigureValues {
  readonly values: readonly number[];
  /** Of a ratio what each of its transports had in those blocks. */
  readonly parts: readonly (readonly number[])[];
  /** Why blocks are missing: of each transport the first reason; empty when none is missing. */
  readonly missing: string;
  /** Of a figure that counts lost deliveries: what it is out of. */
  readonly outOf?: OutOf;
}

/** All deliveries of the blocks that count, and the faults of the plan among them. */
interface OutOf {
  readonly lost: number;
  readonly expected: number;
  readonly outages: number;
}

/** The metric of a claim's term; throws where nothing is called so. */
export function metricOf({ metric }: Term): Metric {
  const name = metricNamed(metric);
  if (name === undefined) throw new Error(`no metric is called ${metric}`);
  return metricAt(name);
}

/** Reads a figure from the trials of one experiment, block by block; of a block that was tried twice the second counts. */
export function valuesOf({ of, over, as }: Figure, trials: readonly Trial[]): FigureValues {
  const blocks = [...new Set(trials.map(({ block }) => block))].sort((a, b) => a - b);
  const named = over ? [of, over] : [of];
  const reasons = new Map<string, string>();
  const found = blocks.flatMap((block) => {
    const terms = named.map((term) => termIn(term, block, trials));
    const numbers = terms.flatMap((term) => (typeof term === "number" ? [term] : []));
    // One reason for each transport says enough.
    for (const [index, { transport }] of named.entries()) {
      const term = terms[index];
      if (typeof term === "string" && !reasons.has(transport)) reasons.set(transport, term);
    }
    const [upper, lower] = numbers;
    return numbers.length === terms.length && upper !== undefined ? [{ block, upper, lower }] : [];
  });
  return {
    values: found.map(({ upper, lower = 1 }) => upper / lower),
    parts: over ? [found.map(({ upper }) => upper), found.flatMap(({ lower }) => lower ?? [])] : [],
    missing: [...reasons.values()].join("; "),
    ...(as === "none" && metricOf(of) === DELIVERIES.lost
      ? { outOf: outOf(found.map(({ block }) => lastIn(block, of.transport, trials))) }
      : {}),
  };
}

function outOf(trials: readonly (Trial | undefined)[]): OutOf {
  const metrics = trials.flatMap((trial) => trial?.metrics ?? []);
  const sum = (numbers: readonly number[]) => numbers.reduce((total, one) => total + one, 0);
  return {
    lost: sum(metrics.map(({ lost }) => lost)),
    expected: sum(metrics.map(({ expected }) => expected)),
    outages: sum(metrics.map(({ faults = [] }) => faults.length)),
  };
}

/** Of what was tried twice the second attempt. */
function lastIn(block: number, transport: string, trials: readonly Trial[]): Trial | undefined {
  return trials
    .filter((one) => one.block === block && one.transport === transport)
    .sort((a, b) => b.attempt - a.attempt)[0];
}

/** The term's value in a block, or why there is none. */
function termIn(term: Term, block: number, trials: readonly Trial[]): number | string {
  const { transport, less = 0 } = term;
  const trial = lastIn(block, transport, trials);
  if (!trial) return `${transport} was not run`;
  const metric = metricOf(term);
  const { state, reason, metrics } = trial;
  // What a saturated server used and lost is a finding, how long its queue took is not.
  const counts = state === "completed" || (state === "saturated" && !metric.latency);
  if (!counts || !metrics) return `${transport} was ${state}${reason ? ` (${reason})` : ""}`;
  const value = metric.read(metrics);
  if (value === undefined) return `${metric.name} of ${transport} was not measured, or drowned in noise`;
  const { support } = metric;
  if (support && support.had(metrics) < support.needs)
    return `${metric.name} of ${transport} needs ${support.needs} publishes and had ${support.had(metrics)}`;
  return value - less;
}
