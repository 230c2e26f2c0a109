import type { Results } from "../../harness/result/result.ts";
import { hasMoved } from "../prose/control-words.ts";
import { effectRange, effect as effectText } from "../prose/format.ts";
import type { Figure } from "./cell.ts";
import { compareControls, type Effect, effectOf } from "./comparison.ts";
import { controlFigure, inUnitsOf, isControlled } from "./control.ts";
import { figuresOf, measured, type Named, type Subject, whyNone } from "./subject.ts";
import type { Ruling } from "./thresholds.ts";
import { compareTwo } from "./verdicts.ts";

/** How much worse a figure may become: "p99 > 10%". */
export interface Allowance {
  readonly subject: Subject;
  /** As a share: 0.1 is 10 %. */
  readonly limit: number;
}

/**
 * The figures of run B that are worse than run A's by more than they may, one line each. From three common blocks on the nearer
 * end of the interval must be worse too, which holds with 95 % for all figures of an allowance together, so that noise does not fail a build; of fewer, or where a value is zero,
 * the plain ratio counts and the line says so. Where the control moved beyond doubt, a time must be worse in its units too. A figure that A has and B has not is worse. Of a metric that is better the higher
 * (`deliveriesPerSecond`) the ratio is A/B. Throws nothing; a subject that neither run measured gets a line too.
 */
export function regressions(allowances: readonly Allowance[], a: Results, b: Results): string[] {
  return regressionRulings(allowances, a, b).flatMap(({ problem }) => problem ?? []);
}

/** One line for each figure that is worse than it may be, and passes since the control's change accounts for it. */
export function excused(allowances: readonly Allowance[], a: Results, b: Results): string[] {
  return regressionRulings(allowances, a, b).flatMap(({ excuse }) => excuse ?? []);
}

/** Each figure that an allowance names, held against it as `regressions` does. */
export function regressionRulings(allowances: readonly Allowance[], a: Results, b: Results): Ruling[] {
  return allowances.flatMap(({ subject, limit }) => {
    const after = new Map(figuresOf(subject, b).map((named) => [named.name, named]));
    const pairs = figuresOf(subject, a).flatMap((before) => {
      const now = after.get(before.name);
      return now ? [{ before, now }] : [];
    });
    const ruling = (name: string, said: Omit<Ruling, "rule">): Ruling => ({
      rule: `${name} at most ${percent(limit)} worse`,
      ...said,
    });
    const whole = nameOf(subject);
    if (pairs.length === 0) return [ruling(whole, { problem: `${whole}: no such figure is in both runs` })];
    if (!pairs.some(({ before }) => before.figure.kind === "observed"))
      return [
        ruling(whole, {
          problem: `${whole}: measured nowhere in A, so that nothing can be compared with it`,
        }),
      ];
    const tests = pairs.filter(
      ({ before, now }) =>
        before.figure.kind === "observed" && now.figure.kind === "observed" && !before.metric.combine,
    ).length;
    // All figures of a rule are one family, so that naming many of them makes no false alarm more likely.
    const level = 1 - 0.95 ** (1 / Math.max(1, tests));
    return pairs.map(({ before, now }) =>
      ruling(
        before.name,
        violation(before, now, { limit, level }, () => controlsOf(before, a, b)),
      ),
    );
  });
}

/** The control's figures of the metric in both runs, if it has moved from one to the other beyond doubt. */
function controlsOf({ scenario, metric }: Named, a: Results, b: Results): Controls | undefined {
  if (!isControlled(metric)) return undefined;
  const control = compareControls(a, b);
  if (!control || !hasMoved(control)) return undefined;
  const { transport } = control;
  return {
    transport,
    a: controlFigure(a, scenario, metric),
    b: controlFigure(b, scenario, metric),
  };
}

interface Controls {
  readonly transport: string;
  readonly a: Figure;
  readonly b: Figure;
}

function violation(
  before: Named,
  now: Named,
  { limit, level }: { readonly limit: number; readonly level: number },
  controlsOf: () => Controls | undefined,
): Omit<Ruling, "rule"> {
  const [a, b] = [before.figure, now.figure];
  if (a.kind !== "observed") return {};
  const { name, metric } = before;
  const was = measured(metric, a.value);
  if (b.kind !== "observed") return { problem: `${name} was ${was} and is ${whyNone(now)}` };
  // Totals and worst blocks are compared as they are: an error more in one of ten blocks has no logarithm.
  const paired = metric.combine ? undefined : compareTwo(b, a, level);
  const effect = metric.combine
    ? { ratio: a.value === b.value ? 1 : b.value / a.value }
    : effectOf(a, b, paired);
  if (!effect) return {};
  const flip = metric.better === "higher";
  const worse = flip ? 1 / effect.ratio : effect.ratio;
  if (!(worse > 1 + limit)) return {};
  const interval = paired?.interval;
  const [low, high] = flip
    ? [1 / (interval?.high ?? 1), 1 / (interval?.low ?? 1)]
    : [interval?.low ?? 1, interval?.high ?? 1];
  if (interval && !(low > 1)) return {};
  const controls = interval && controlsOf();
  const inUnits = controls && effectBetween(inUnitsOf(controls.a, a), inUnitsOf(controls.b, b), level);
  const support = interval
    ? `95 %: ${effectRange({ low, high })}x`
    : metric.combine
      ? COMBINED[metric.combine]
      : "no interval, so this can't be told from noise";
  const beside =
    controls && inUnits
      ? `; in units of ${controls.transport} ${effectText(inUnits.ratio, inUnits.interval)}`
      : "";
  const by = Number.isFinite(worse) ? `${percentBeside(worse - 1, limit)} worse` : "worse";
  const line = `${name} is ${by}: ${was} before, ${measured(metric, b.value)} now (${support}${beside}); allowed ${percent(limit)}`;
  // What is not shown to be worse beside a control that moved, the machine may have done.
  if (controls && inUnits?.interval && !(inUnits.ratio > 1 + limit && inUnits.interval.low > 1)) {
    const why = inUnits.ratio > 1 + limit ? "can't be told from no change" : "is within the limit";
    return {
      excuse: `not counted, since in units of ${controls.transport}, which changed too, it ${why}: ${line}`,
    };
  }
  return { problem: line };
}

function effectBetween(a: Figure, b: Figure, level: number): Effect | undefined {
  return effectOf(a, b, a.kind === "observed" && b.kind === "observed" ? compareTwo(b, a, level) : undefined);
}

const COMBINED = {
  total: "totals over blocks",
  worst: "the worst of the blocks",
  mean: "means over blocks",
} as const;

function nameOf({ transport, scenario, path }: Subject): string {
  return `${transport}.${scenario}.${path}`;
}

/** With as many digits as it takes to see that it is beyond the limit. */
function percentBeside(share: number, limit: number): string {
  const text = percent(share);
  if (text !== percent(limit)) return text;
  const digits = [4, 5, 6, 8, 10].find((one) => Number(share.toPrecision(one)) > limit) ?? 15;
  return `${Number((share * 100).toPrecision(digits))} %`;
}

function percent(share: number): string {
  return `${Number((share * 100).toPrecision(share < 0.1 ? 2 : 3))} %`;
}
