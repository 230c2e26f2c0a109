import { CONTROL } from "../../harness/result/control-name.ts";
import type { Results, Trial } from "../../harness/result/result.ts";
import { estimateOf } from "../../harness/statistics/estimate.ts";
import type { MetricKey } from "../metrics/catalogue.ts";
import type { Metric } from "../metrics/metric.ts";
import { comparedValues, type Figure, figureFrom, type Observed, observedOf } from "./cell.ts";

/** Whether the control moved between two runs is one question, asked by these. */
export const CONTROL_METRICS = ["deliveryP50", "cpu"] as const satisfies readonly MetricKey[];

/** The trials of the transport by which a run is compared with others: the control's, or those of the same transport where it is compared itself. */
function controlTrials({ control, launches, trials }: Results): readonly Trial[] {
  if (control) return control.trials;
  return launches ? trials.filter(({ transport, metrics }) => transport === CONTROL && metrics?.sliced) : [];
}

/** The name of the control that both runs have; undefined where one of them has none. */
export function sharedControl(a: Results, b: Results): string | undefined {
  const [one, other] = [a, b].map((results) => controlTrials(results)[0]?.transport);
  return one === other ? one : undefined;
}

/** A figure of the control in a scenario, as a cell of a transport has it. */
export function controlFigure(results: Results, scenario: string, metric: Metric): Figure {
  return figureFrom(
    controlTrials(results).filter((one) => one.scenario === scenario),
    metric,
  ).figure;
}

/** Whether the control says anything of a metric: times differ with the machine's speed, bytes don't. */
export function isControlled({ unit, ranked }: Metric): boolean {
  return unit === "micros" && ranked;
}

/** The figure in units of the control's, launch by launch: 2 means twice the control's of the same launch. */
export function inUnitsOf(control: Figure, figure: Figure): Figure {
  if (control.kind !== "observed" || figure.kind !== "observed") return { kind: "absent" };
  const mine = byBlock(figure);
  const units = byBlock(control);
  const scaled = [...mine].flatMap(([block, value]) => {
    const unit = units.get(block);
    return unit === undefined ? [] : [{ block, value: value / unit }];
  });
  if (scaled.length === 0) return { kind: "absent" };
  return observedOf(scaled, estimateOf(scaled.map(({ value }) => value)));
}

/** What has no logarithm is no unit and has none. */
function byBlock(figure: Observed): Map<number, number> {
  const values = comparedValues(figure);
  return new Map(
    figure.at.flatMap((block, index) => {
      const value = values[index];
      return value !== undefined && value > 0 ? [[block, value] as const] : [];
    }),
  );
}
