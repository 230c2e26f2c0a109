import { hasVerdicts } from "./firmness.ts";
import type { Decision, DecisionInput, Settings } from "./input.ts";

/** A decision with names in place of positions in the decision input, for scripts. */
export function decisionJson(input: DecisionInput, settings: Settings, decision: Decision): object {
  const { ranked, excluded, unscored, doubtful, counting, idle, ...rest } = decision;
  const criterion = (at: number) => input.criteria[at]?.key;
  const named = <T extends { readonly transport: number }>(list: readonly T[]) =>
    list.map((one) => ({ ...one, transport: input.transports[one.transport] }));
  return {
    settings,
    /** False: the order of `ranked` is that of what was observed, and no verdict stands behind it. */
    hasVerdicts: hasVerdicts(input, decision),
    ranked: named(ranked).map((one) => ({
      ...one,
      ratios: Object.fromEntries(counting.map((at) => [criterion(at), one.ratios[at]])),
    })),
    excluded: named(excluded),
    unscored: named(unscored),
    doubtful: named(doubtful),
    counting: counting.map(criterion),
    notCounting: idle.map((one) => ({ ...one, criterion: criterion(one.criterion) })),
    ...rest,
    blocks: input.blocks,
  };
}
