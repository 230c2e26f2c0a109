import { METRICS } from "../metrics/catalogue.ts";
import type { Change, ComparedControl } from "../model/comparison.ts";
import { effect } from "./format.ts";

/** Whether the control moved between two runs, called `from` and `to`, and by how much. */
export function controlText({ transport, figures }: ComparedControl, from = "A", to = "B"): string {
  const scenarios = [...new Set(figures.map(({ scenario }) => scenario))].map((scenario) => {
    const own = figures.filter((one) => one.scenario === scenario && one.effect);
    const told = own.map(({ metric, effect: seen }) =>
      seen ? `${METRICS[metric].short} ${effect(seen.ratio, seen.interval)}` : "",
    );
    return `${scenario} ${told.join(", ")}`;
  });
  const shown = scenarios.join("; ");
  const verdicts = figures.map(({ verdict }) => verdict);
  if (verdicts.includes("different"))
    return `The control, ${transport}, moved from ${from} to ${to}: ${shown}. Part of the change therefore comes from the machine; rely on the figures in units of ${transport}.`;
  if (verdicts.every((one) => one === "practically equal"))
    return `The control, ${transport}, is the same in ${from} and ${to}, within 5 %: ${shown}.`;
  if (verdicts.every((one) => one === undefined))
    return `The control, ${transport}, has too few launches in common to say whether it moved: ${shown}.`;
  return `It can't be told whether the control, ${transport}, moved from ${from} to ${to}: ${shown}. A change that shows in units of ${transport} too is more than the machine's.`;
}

/** Whether it is beyond doubt that it moved. */
export function hasMoved({ figures }: ComparedControl): boolean {
  return figures.some(({ verdict }) => verdict === "different");
}

/** A figure in units of the control: "2.31". */
export function unitsText(figure: Change["a"]): string {
  return figure.kind === "observed" ? String(Number(figure.value.toPrecision(3))) : "–";
}
