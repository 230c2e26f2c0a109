import type { Claimed, OwnPart } from "./claim.ts";
import { agreeing, type Outcome } from "./verdict.ts";

/**
 * The outcome where the lab's own server is in the figure, of which the sentence does not speak: the library's figure lies anywhere between this one
 * and this one without the most that the lab may add, and decides only if all of that lies on one side.
 */
export function withOwnPart(outcome: Outcome, claimed: Claimed, own: OwnPart | undefined): Outcome {
  const { state, interval } = outcome;
  if (!own || !interval || (state !== "holds" && state !== "contradicted")) return outcome;
  const { most = Number.POSITIVE_INFINITY } = own;
  const { low, high } = agreeing(claimed);
  const least = interval.low / most;
  if (state === "holds" ? least >= low : least > high || interval.high < low) return outcome;
  return { ...outcome, state: "unclear", reason: `the lab's own part may be what decides: ${own.says}` };
}
