import type { Results } from "../../harness/result/result.ts";
import { medianOf } from "../../harness/statistics/estimate.ts";
import type { ScenarioSummary } from "../model/summary.ts";
import { furtherOf, type PairVerdict } from "../model/verdicts.ts";
import { quantity } from "./format.ts";
import { counted, replicates } from "./text.ts";
import { POWER_NOTE } from "./verdict-words.ts";

const BY = ["deliveryP50", "cpu"] as const;

/**
 * What is said first where enough launches were measured and still every pair is inconclusive, by latency and CPU: how far the same transport
 * was from itself, and what would help. Undefined where a pair has a verdict, or nothing was tested.
 */
export function noiseSentence(
  summary: readonly ScenarioSummary[],
  run: Pick<Results, "preset" | "blocks" | "launches">,
): string | undefined {
  const pairs = summary.flatMap((scenario) =>
    BY.flatMap((key) => scenario.verdicts[key].pairs.map((pair) => ({ pair, scenario }))),
  );
  if (pairs.length === 0 || pairs.some(({ pair }) => pair.verdict !== "inconclusive")) return undefined;
  const controls = summary.flatMap(({ verdicts }) => BY.flatMap((key) => verdicts[key].aaPairs));
  const [widest] = [...controls].sort((a, b) => b.band - a.band);
  const aa = widest
    ? `${widest.a} measured twice differed from itself by up to ${quantity("share", widest.band)}`
    : `${unexplained(pairs)}; name a transport twice to see how far it is from itself`;
  return `No difference could be shown: the machine was too noisy for differences of this size (${aa}). ${helpText(pairs, run)}`;
}

interface Compared {
  readonly pair: PairVerdict;
  readonly scenario: ScenarioSummary;
}

/** What a transport's figures differ by between launches, beside what all have in common: half of the variance of a pair's differences. */
function unexplained(pairs: readonly Compared[]): string {
  const sds = pairs.map(
    ({ pair: { estimate } }) => estimate.standardError * Math.sqrt(estimate.launches / 2),
  );
  const usual = quantity("share", Math.exp(medianOf(sds)) - 1);
  const replicate = pairs[0]?.scenario.replicate ?? "launch";
  return `beside what all had in common, a transport differed by ${usual} from one ${replicate} to the next`;
}

function helpText(
  pairs: readonly Compared[],
  { preset, blocks, launches }: Pick<Results, "preset" | "blocks" | "launches">,
): string {
  // The clearest pair needs the fewest; the others would take their time for nothing here.
  const [clearest] = [...pairs].sort((a, b) => clearness(b.pair) - clearness(a.pair));
  const further = clearest && furtherOf(clearest.pair);
  const flag = `--${launches ? "launches" : "blocks"} ${blocks + (further?.launches ?? 0)}`;
  const more =
    clearest && further
      ? `; ${counted(further.launches, `more ${clearest.scenario.replicate}`, `more ${replicates(clearest.scenario.replicate)}`)} (${flag}) would settle how ${clearest.pair.a} and ${clearest.pair.b} compare in ${clearest.scenario.name}, ${POWER_NOTE}`
      : "";
  const longer = preset === "rigorous" ? "" : ", or run --rigorous";
  return `Close other programs and run again${longer}${more}.`;
}

function clearness({ estimate: { meanLog, standardError } }: PairVerdict): number {
  return Math.abs(meanLog) / Math.max(standardError, Number.MIN_VALUE);
}
