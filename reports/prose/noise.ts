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
export function noiseSentence(summary: readonly ScenarioSummary[]): string | undefined {
  const pairs = summary.flatMap((scenario) =>
    BY.flatMap((key) => scenario.verdicts[key].pairs.map((pair) => ({ pair, scenario }))),
  );
  if (pairs.length === 0 || pairs.some(({ pair }) => pair.verdict !== "inconclusive")) return undefined;
  const controls = summary.flatMap(({ verdicts }) => BY.flatMap((key) => verdicts[key].aaPairs));
  const [widest] = [...controls].sort((a, b) => b.band - a.band);
  const aa = widest
    ? `${widest.a} measured twice differed from itself by up to ${quantity("share", widest.band)}`
    : "name a transport twice to see how much it differs from itself here";
  return `No difference could be shown: the machine was too noisy for differences of this size (${aa}). ${helpText(pairs)}`;
}

function helpText(
  pairs: readonly { readonly pair: PairVerdict; readonly scenario: ScenarioSummary }[],
): string {
  // The clearest pair needs the fewest; the others would take their time for nothing here.
  const [clearest] = [...pairs].sort((a, b) => clearness(b.pair) - clearness(a.pair));
  const further = clearest && furtherOf(clearest.pair);
  const more =
    clearest && further
      ? `; ${counted(further.launches, `more ${clearest.scenario.replicate}`, `more ${replicates(clearest.scenario.replicate)}`)} would settle how ${clearest.pair.a} and ${clearest.pair.b} compare in ${clearest.scenario.name}, ${POWER_NOTE}`
      : "";
  return `Close other programs and run again, or run --rigorous${more}.`;
}

function clearness({ estimate: { meanLog, standardError } }: PairVerdict): number {
  return Math.abs(meanLog) / Math.max(standardError, Number.MIN_VALUE);
}
