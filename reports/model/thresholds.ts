import type { Metrics, Results } from "../../harness/result/result.ts";
import { metricAt } from "../metrics/names.ts";
import { figuresOf, limitText, measuredBeside, type Subject, whyNone } from "./subject.ts";

export const OPERATORS = ["<=", ">=", "==", "<", ">"] as const;
export type Operator = (typeof OPERATORS)[number];

/** What a figure must be: "websocket.notify.deliveryLatencyUs.p99 < 20ms". */
export interface Threshold {
  readonly subject: Subject;
  readonly operator: Operator;
  /** In the metric's unit: microseconds, seconds, bytes, a share of 1, or a count. */
  readonly limit: number;
}

const HOLDS: Readonly<Record<Operator, (value: number, limit: number) => boolean>> = {
  "<": (value, limit) => value < limit,
  "<=": (value, limit) => value <= limit,
  ">": (value, limit) => value > limit,
  ">=": (value, limit) => value >= limit,
  // A limit of 1 % must equal a measured hundredth, whatever became of its last binary digit.
  "==": (value, limit) => Math.abs(value - limit) <= 1e-9 * Math.max(Math.abs(value), Math.abs(limit)),
};

/** Those that one trial misses, in words, by the trial's own figures however few publishes they rest on. */
export function unmetBy(metrics: Metrics, thresholds: readonly Threshold[]): string[] {
  return thresholds.flatMap(({ subject, operator, limit }) => {
    const metric = metricAt(subject.path);
    const value = metric.read(metrics);
    if (value !== undefined && HOLDS[operator](value, limit)) return [];
    if (value !== undefined) return `${subject.path} was ${measuredBeside(metric, value, limit)}`;
    return `${subject.path} was ${metric.unresolved(metrics) ? "not resolved from the noise" : "not measured"}`;
  });
}

/** A rule about one figure of a run, and what is wrong when the figure does not keep it. */
export interface Ruling {
  /** "websocket.notify.deliveryLatencyUs.p99 < 20.0 ms" */
  readonly rule: string;
  /** One line for a reader; absent where the rule is kept. */
  readonly problem?: string;
  /** One line for a reader; present where the rule is kept only because in units of the control it is not shown to be worse. */
  readonly excuse?: string;
}

/**
 * Each figure that a threshold names, held against it: the value over blocks that reports show. A figure that was not measured, or
 * rests on too few publishes, misses its threshold too.
 */
export function thresholdRulings(thresholds: readonly Threshold[], results: Results): Ruling[] {
  return thresholds.flatMap(({ subject, operator, limit }) =>
    figuresOf(subject, results).map((named) => {
      const { name, metric, figure } = named;
      const rule = `${name} ${operator} ${limitText(metric, limit)}`;
      if (figure.kind !== "observed") return { rule, problem: `${rule} is not met: ${whyNone(named)}` };
      if (HOLDS[operator](figure.value, limit)) return { rule };
      return { rule, problem: `${rule} is not met: measured ${measuredBeside(metric, figure.value, limit)}` };
    }),
  );
}

/** The figures that miss their threshold, one line each with what was measured. */
export function unmet(thresholds: readonly Threshold[], results: Results): string[] {
  return thresholdRulings(thresholds, results).flatMap(({ problem }) => problem ?? []);
}
