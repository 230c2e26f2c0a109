import { marginOf } from "../../harness/statistics/margin.ts";
import { smallestP } from "../../harness/statistics/sign-flip.ts";
import { judge, LEVEL } from "../../harness/statistics/verdict.ts";
import { metricsIn } from "../metrics/catalogue.ts";
import type { AaPair, Verdicts } from "./verdicts.ts";

/** By these a run's A/A twins are judged together; by every other metric alone, where one test in twenty errs by chance. */
export const JUDGED_TOGETHER = metricsIn("A/A");

/**
 * Judges the A/A twins of a whole run, given by scenario, as one family (Holm). Whether the instrument takes one wire for two is one
 * question of a run: at 5 % for each of eight figures a sound instrument would fail it in up to a third of all runs. Each scenario
 * is a family of its own where there are more tests than the blocks leave room for (25 at ten blocks), since none could fail then.
 */
export function judgeTwins(scenarios: readonly Verdicts[]): Verdicts[] {
  const byScenario = scenarios.map((verdicts) => JUDGED_TOGETHER.flatMap((key) => verdicts[key].aaPairs));
  const families = hasRoom(byScenario.flat()) ? [byScenario.flat()] : byScenario;
  const judged = new Map(families.flatMap(judgeFamily));
  return scenarios.map((verdicts) => {
    const own = JUDGED_TOGETHER.map((key) => {
      const aaPairs = verdicts[key].aaPairs.map((pair) => judged.get(pair) ?? pair);
      return [key, { ...verdicts[key], aaPairs }] as const;
    });
    return { ...verdicts, ...Object.fromEntries(own) };
  });
}

/** Whether each of them could come out as different, were its effect great enough. */
function hasRoom(family: readonly AaPair[]): boolean {
  return family.every(({ comparison }) => smallestP(comparison.blocks) * family.length < LEVEL);
}

function judgeFamily(family: readonly AaPair[]): (readonly [AaPair, AaPair])[] {
  const judgements = judge(
    family.map(({ comparison }) => comparison),
    marginOf([]),
  );
  return family.flatMap((pair, index) => {
    const { a, b, comparison, band } = pair;
    const judgement = judgements[index];
    return judgement ? [[pair, { a, b, comparison, band, tests: family.length, ...judgement }] as const] : [];
  });
}
