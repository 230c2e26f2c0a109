import type { Metric } from "../metrics/metric.ts";
import { type MetricVerdicts, type PairVerdict, ratioFor } from "./verdicts.ts";

/**
 * The ranked transports, the best first, as the model behind the verdicts has them: where launches are missing, plain means are of other launches than
 * the pairs' ratios, and would name one the best that is proved to be worse.
 */
export function inOrder(
  { pairs, ranks }: Pick<MetricVerdicts, "pairs" | "ranks">,
  better: Metric["better"],
): string[] {
  const sign = better === "higher" ? -1 : 1;
  const effects = effectsOf([...ranks.keys()], pairs);
  const place = (transport: string) => ranks.get(transport)?.best ?? Number.POSITIVE_INFINITY;
  return [...ranks.keys()].sort(
    (a, b) => place(a) - place(b) || sign * ((effects.get(a) ?? 0) - (effects.get(b) ?? 0)),
  );
}

const SWEEPS = 50;

/** What each is on the log scale so that differences are those of the pairs that there are, as nearly as may be: by least squares, row by row. */
function effectsOf(
  transports: readonly string[],
  pairs: readonly PairVerdict[],
): ReadonlyMap<string, number> {
  const effects = new Map(transports.map((transport) => [transport, 0]));
  for (let sweep = 0; sweep < SWEEPS; sweep += 1)
    for (const transport of transports) {
      const own = pairs.filter(({ a, b }) => a === transport || b === transport);
      const sum = own.reduce((all, pair) => {
        const other = pair.a === transport ? pair.b : pair.a;
        return all + (effects.get(other) ?? 0) + Math.log(ratioFor(transport, pair).ratio);
      }, 0);
      if (own.length > 0) effects.set(transport, sum / own.length);
    }
  return effects;
}
