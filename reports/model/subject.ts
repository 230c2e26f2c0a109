import type { Results } from "../../harness/result/result.ts";
import type { Metric } from "../metrics/metric.ts";
import { metricAt } from "../metrics/names.ts";
import { exactQuantity, quantity, quantityBeside } from "../prose/format.ts";
import { counted } from "../prose/text.ts";
import { type Cell, type Figure, figureFrom, stateWord } from "./cell.ts";

/** What a rule speaks of: a metric on one or all (`*`) of the transports and scenarios of a run. */
export interface Subject {
  readonly transport: string;
  readonly scenario: string;
  /** A metric by the name that rules call it. */
  readonly path: string;
}

/** One figure that a subject names. */
export interface Named {
  /** "websocket.notify.deliveryLatencyUs.p99" */
  readonly name: string;
  readonly scenario: string;
  readonly metric: Metric;
  readonly figure: Figure;
  readonly state: Cell["state"];
}

/** The figures that a subject names in a run, in the run's order. */
export function figuresOf({ transport, scenario, path }: Subject, results: Results): Named[] {
  const metric = metricAt(path);
  const chosen = (wanted: string, names: readonly string[]) =>
    names.filter((name) => wanted === "*" || wanted === name);
  const scenarios = results.scenarios.map(({ name }) => name);
  return chosen(scenario, scenarios).flatMap((inScenario) =>
    chosen(transport, results.transports).map((name) => {
      const trials = results.trials.filter((one) => one.scenario === inScenario && one.transport === name);
      return {
        name: `${name}.${inScenario}.${path}`,
        scenario: inScenario,
        metric,
        ...figureFrom(trials, metric),
      };
    }),
  );
}

/** The value as one reads it: "31.2 ms", "3", "0.953". */
export function measured({ unit }: Metric, value: number): string {
  if (unit === "count" && !Number.isInteger(value)) return String(Number(value.toPrecision(3)));
  return value < 0 ? `-${quantity(unit, -value)}` : quantity(unit, value);
}

/** A limit as it was set: "20.0 ms", "0.125 %". */
export function limitText({ unit }: Metric, limit: number): string {
  return limit < 0 ? `-${exactQuantity(unit, -limit)}` : exactQuantity(unit, limit);
}

/** The value beside a limit that it misses, so that one sees by what: "20.04 ms". */
export function measuredBeside(metric: Metric, value: number, limit: number): string {
  const isPlain = metric.unit === "count" || value < 0 || limit < 0;
  return isPlain ? measured(metric, value) : quantityBeside(metric.unit, value, limit);
}

/** Why there is no value: "not measured (saturated)". */
export function whyNone({ figure, state }: Pick<Named, "figure" | "state">): string {
  if (figure.kind === "unsupported")
    return `not given: it needs ${counted(figure.needs, "publish", "publishes")} a trial and had ${figure.had}`;
  if (figure.kind === "unresolved") return "not resolved from the noise";
  const isSaid = state === "completed" || state === "skipped";
  return `not measured${isSaid ? "" : ` (${stateWord(state)})`}`;
}
