import { type MetricKey, metricsIn } from "../metrics/catalogue.ts";
import type { Cell } from "./cell.ts";
import { aaPairsOf, figuresOf, type Verdicts } from "./verdicts.ts";

/** By these a run's A/A controls are tested together; by every other metric alone, where one test in twenty errs by chance. */
export const CONTROL_FAMILY = metricsIn("A/A");
const LEVEL = 0.05;

/** What of a scenario its controls are tested by. */
interface Tested {
  readonly cells: readonly Cell[];
  readonly verdicts: Verdicts;
}

/**
 * Tests the A/A controls of a whole run, given by scenario, as one family (Sidak). Whether the instrument takes one transport for two is one
 * question of a run: at 5 % for each of eight figures a sound instrument would fail it in up to a third of all runs.
 */
export function testControls(scenarios: readonly Tested[]): Verdicts[] {
  const pairs = ({ verdicts }: Tested, key: MetricKey) => verdicts[key].aaPairs;
  const tests = scenarios.flatMap((one) => CONTROL_FAMILY.flatMap((key) => pairs(one, key))).length;
  const level = 1 - (1 - LEVEL) ** (1 / Math.max(1, tests));
  return scenarios.map(({ cells, verdicts }) => {
    const completed = cells.filter(({ state }) => state === "completed");
    const own = CONTROL_FAMILY.map((key) => {
      const aaPairs = aaPairsOf(figuresOf(completed, key), tests, level);
      return [key, { ...verdicts[key], aaPairs }] as const;
    });
    return { ...verdicts, ...Object.fromEntries(own) };
  });
}
