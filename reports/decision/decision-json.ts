import type { Board, Decision, Settings } from "./board.ts";
import { hasVerdicts } from "./words.ts";

/** A decision with names in place of places on the board, for scripts. */
export function decisionJson(board: Board, settings: Settings, decision: Decision): object {
  const { ranked, excluded, unscored, doubtful, counting, idle, ...rest } = decision;
  const criterion = (at: number) => board.criteria[at]?.key;
  const named = <T extends { readonly transport: number }>(list: readonly T[]) =>
    list.map((one) => ({ ...one, transport: board.transports[one.transport] }));
  return {
    settings,
    /** False: the order of `ranked` is that of what was observed, and no verdict stands behind it. */
    hasVerdicts: hasVerdicts(board, decision),
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
    blocks: board.blocks,
  };
}
