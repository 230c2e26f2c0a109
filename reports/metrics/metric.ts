import { isClaim } from "../../harness/result/clock-claim.ts";
import type { Latency, Metrics } from "../../harness/result/result.ts";
import type { Unit } from "../prose/format.ts";
import { numberAt, type Path, valuesOf } from "./paths.ts";

/** Publishes that must lie beyond a quantile before it is shown: deliveries of one publish are correlated. */
export const PUBLISHES_BEYOND = 30;

/** A list of metrics that some report shows, in the catalogue's order. */
export type View =
  /** The table of a scenario. */
  | "scenario"
  /** The same, where at least one trial measured it. */
  | "scenario if measured"
  /** The table of a scenario in which nothing is published. */
  | "connections"
  | "markdown"
  /** Two runs compared, or several in order. */
  | "comparison"
  /** The pairs of transports, and who leads by what. */
  | "pairs"
  /** The same transport under two names, tested by all of these together. */
  | "A/A"
  /** What the load generator and the machine added. */
  | "circumstances";

/** How the numbers of several places become one. */
export type Join =
  | "quotient"
  | "maximum of the load processes"
  | "maximum of the agents"
  | "the server process"
  | "longest outage";

/** What the catalogue says of a metric; all that reports, rules and docs say of it follows. */
export interface Facts {
  /** Where a trial has it, below its `metrics`: all the places that it is made of. */
  readonly paths: readonly [Path, ...Path[]];
  readonly join?: Join;
  /** Where a trial that was measured in slices has it instead: the mean over slices of the logarithms. */
  readonly sliced?: Path;
  /** Instead of what the paths and their join say. */
  readonly read?: (metrics: Metrics) => number | undefined;
  readonly unit: Unit;
  /** `none`: it is no quality of a transport, and `unjudged` says why; rules refuse it. */
  readonly better: "lower" | "higher" | "none";
  readonly unjudged?: string;
  /** Judged by rules, but transports are not ranked by it. */
  readonly unranked?: true;
  /** What tables put over and into the head of its column. */
  readonly group: string;
  readonly label: string;
  /** Its column's head where there is no second line for the group. */
  readonly short?: string;
  /** In a sentence: "median delivery latency". */
  readonly name?: string;
  /** On the button that makes the page's matrix show it. */
  readonly tab?: string;
  readonly about: string;
  /** What rules may call it besides its path. */
  readonly aliases?: readonly string[];
  /** Without the prefix; several quantiles share one. */
  readonly prometheus?: string;
  readonly views?: readonly View[];
  /** Counts of rare errors are summed over blocks, and the worst share of them counts, since a median would hide both. Parts of a whole have arithmetic means, which add up. */
  readonly combine?: "total" | "worst" | "mean";
  /** Means nothing on a transport that can't carry the load: it would be that of a growing queue. */
  readonly latency?: true;
  /** From one process to another by the clocks of both: withheld where these are on machines whose clocks are not known well enough. */
  readonly oneWay?: true;
  /** Of a quantile: one in how many lies beyond it, and where the publishes are counted that it rests on. */
  readonly quantile?: {
    readonly oneIn: number;
    readonly publishes: Path;
    /** Of a quantile so far out that only the histograms of all launches merged have enough samples. */
    readonly tail?: (metrics: Metrics) => Latency | undefined;
  };
  /** The share of the variance that its line must explain; under that it is lost in the noise. */
  readonly resolved?: { readonly r2: Path; readonly atLeast: number };
}

/** One figure a trial yields; every report shows the same ones, by these words. */
export interface Metric extends Facts {
  readonly short: string;
  readonly name: string;
  readonly aliases: readonly string[];
  readonly views: readonly View[];
  /** `undefined` when the trial did not measure it, or not well enough. */
  readonly read: (metrics: Metrics) => number | undefined;
  /** Whether transports are ranked by it. */
  readonly ranked: boolean;
  /** Publishes that the quantile needs, and those that the trial has. */
  readonly support?: { readonly needs: number; readonly had: (metrics: Metrics) => number };
  /** Whether it was measured and drowned in noise, which is told apart from not measured at all. */
  readonly unresolved: (metrics: Metrics) => boolean;
}

/** The metric with everything that follows from its facts. */
export function defined(facts: Facts): Metric {
  const { group, label, better, combine, quantile, resolved, sliced } = facts;
  const whole = facts.read ?? ((metrics: Metrics) => joined(metrics, facts));
  const tail = quantile?.tail;
  const claimed = (metrics: Metrics) => !facts.oneWay || isClaim(metrics);
  const read = (metrics: Metrics) =>
    claimed(metrics) ? ((sliced && numberAt(metrics, sliced)) ?? whole(metrics)) : undefined;
  const isResolved = (metrics: Metrics) =>
    !resolved || (numberAt(metrics, resolved.r2) ?? 0) >= resolved.atLeast;
  return {
    aliases: [],
    views: [],
    short: label,
    name: `${group}, ${label}`,
    ...facts,
    ...(quantile && {
      quantile: {
        ...quantile,
        ...(tail && { tail: (metrics: Metrics) => (claimed(metrics) ? tail(metrics) : undefined) }),
      },
    }),
    read: (metrics) => (isResolved(metrics) ? read(metrics) : undefined),
    ranked: better !== "none" && combine === undefined && !facts.unranked,
    ...(quantile && {
      support: {
        needs: PUBLISHES_BEYOND * quantile.oneIn,
        had: (metrics) => numberAt(metrics, quantile.publishes) ?? 0,
      },
    }),
    unresolved: (metrics) => read(metrics) !== undefined && !isResolved(metrics),
  };
}

/** Its places as pages and the decision write them, below `/trials/N/metrics`; what several become says the metric's join. */
export function pointerOf({ paths }: Metric): string {
  return paths.map((path) => path.replaceAll(".", "/")).join(" ");
}

function joined(metrics: Metrics, { paths: [path, other], join }: Facts): number | undefined {
  if (join === "quotient") {
    const [over, under] = [numberAt(metrics, path), other && numberAt(metrics, other)];
    return over === undefined || !under ? undefined : over / under;
  }
  if (join === undefined) return numberAt(metrics, path);
  if (join === "maximum of the agents") return most(valuesOf(metrics, path));
  const role = join === "the server process" ? "server" : "load";
  const values = valuesOf({ processes: metrics.processes.filter((one) => one.role === role) }, path);
  return most(values);
}

function most(values: readonly number[]): number | undefined {
  return values.length > 0 ? Math.max(...values) : undefined;
}
