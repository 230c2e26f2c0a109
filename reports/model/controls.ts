import { type MetricKey, metricsIn } from "../metrics/catalogue.ts";
import type { Cell } from "./cell.ts";
import { aaPairsOf, figuresOf, type Verdicts } from "./verdicts.ts";

/** By these a run's A/A controls are judged together; by every other metric alone, where one test in twenty errs by chance. */
export const JUDGED_TOGETHER = metricsIn("A/A");
const LEVEL = 0.05;

/** One scenario of a run, as far as its controls are judged. */
interface Judged {
  readonly cells: readonly Cell[];
  readonly verdicts: Verdicts;
}

/**
 * Judges the A/A controls of a whole run, given by scenario, as one family (Sidak). Whether the instrument takes one transport for two is one
 * question of a run: at 5 % for each of eight figures a sound instrument would fail it in up to a third of all runs.
 */
export function judgeControls(scenarios: readonly Judged[]): Verdicts[] {
  const pairs = ({ verdicts }: Judged, key: MetricKey) => verdicts[key].aaPairs;
  const tests = scenarios.flatMap((one) => JUDGED_TOGETHER.flatMap((key) => pairs(one, key))).length;
  const level = 1 - (1 - LEVEL) ** (1 / Math.max(1, tests));
  return scenarios.map(({ cells, verdicts }) => {
    const completed = cells.filter(({ state }) => state === "completed");
    const own = JUDGED_TOGETHER.map((key) => {
      const aaPairs = aaPairsOf(figuresOf(completed, key), tests, level);
      return [key, { ...verdicts[key], aaPairs }] as const;
    });
    return { ...verdicts, ...Object.fromEntries(own) };
  });
}
