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
  const effects = new Map(
    [...ranks.keys()].map((transport) => [transport, sign * meanEffect(transport, pairs)]),
  );
  const place = (transport: string) => ranks.get(transport)?.best ?? Number.POSITIVE_INFINITY;
  return [...ranks.keys()].sort(
    (a, b) => place(a) - place(b) || (effects.get(a) ?? 0) - (effects.get(b) ?? 0),
  );
}

/** How far it is above the others in the mean, on the log scale. */
function meanEffect(transport: string, pairs: readonly PairVerdict[]): number {
  const own = pairs.filter(({ a, b }) => a === transport || b === transport);
  return own.reduce((sum, pair) => sum + Math.log(ratioFor(transport, pair).ratio), 0) / own.length;
}
