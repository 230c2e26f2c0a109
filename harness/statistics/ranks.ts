import type { Verdict } from "./verdict.ts";

/** What was judged of two wires, by their names. */
export interface JudgedPair {
  readonly a: string;
  readonly b: string;
  readonly verdict: Verdict;
  /** Of a pair that is different: the one to be preferred. */
  readonly better?: string;
}

/** The places a wire may have, both included. */
export interface RankRange {
  readonly best: number;
  readonly worst: number;
}

/**
 * The ranks that the verdicts support. A wire's best rank is one more than the wires that are different and better, its
 * worst leaves room for those that are different and worse, so that all it was not told from share places with it; wires
 * connected by ties share one range. A wire of which no pair was judged has no rank.
 */
export function ranksOf(pairs: readonly JudgedPair[]): Map<string, RankRange> {
  const judged = pairs.filter(({ verdict }) => verdict !== "unranked");
  const wires = [...new Set(judged.flatMap(({ a, b }) => [a, b]))];
  const different = judged.filter(({ verdict }) => verdict === "different");
  const own = new Map(
    wires.map((wire) => {
      const pairsOf = different.filter(({ a, b }) => a === wire || b === wire);
      const worseThan = pairsOf.filter(({ better }) => better !== wire).length;
      return [wire, { best: 1 + worseThan, worst: wires.length - (pairsOf.length - worseThan) }];
    }),
  );
  const ties = judged.filter(({ verdict }) => verdict === "tie");
  return new Map(
    wires.map((wire) => {
      const ranges = connected(wire, ties).flatMap((one) => own.get(one) ?? []);
      return [
        wire,
        {
          best: Math.min(...ranges.map(({ best }) => best)),
          worst: Math.max(...ranges.map(({ worst }) => worst)),
        },
      ];
    }),
  );
}

/** The wire and all that a chain of ties leads to. */
function connected(wire: string, ties: readonly JudgedPair[]): string[] {
  const reached = new Set([wire]);
  // A set hands out what is added to it while it is gone through.
  for (const one of reached)
    for (const { a, b } of ties) {
      if (a === one) reached.add(b);
      if (b === one) reached.add(a);
    }
  return [...reached];
}
